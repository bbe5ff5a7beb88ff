// How many actors of each type are there, and how many of them have a known region?
// A type is a code on the actor; its name stands with the concept of the scheme.
MATCH (a:Arvoverkko:Actor)
MATCH (k:Arvoverkko:Concept {scheme: 'actor-types', notation: a.actor_type})
RETURN k.label_en AS type, count(a) AS actors,
       count(CASE WHEN EXISTS { (a)-[:locatedIn]->(:Region) } THEN a END) AS with_region
ORDER BY actors DESC, type

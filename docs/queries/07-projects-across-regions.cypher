// Which projects join actors of at least three regions?
MATCH (p:Arvoverkko:Project)<-[:participatesIn]-(a:Actor)-[:locatedIn]->(r:Region)
WITH p, count(DISTINCT r) AS regions, count(DISTINCT a) AS actors
WHERE regions >= 3
RETURN coalesce(p.label_und, p.label_en, p.label_fi) AS project, regions, actors
ORDER BY regions DESC, actors DESC, project

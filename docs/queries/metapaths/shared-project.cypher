// A reason of the family proximity: shared-project.
// Both a and b take part in the project “n1”.
// $actor is the id of an actor; in the Neo4j browser, run :param actor => 'act-digipolis' first.
// To see the paths drawn: MATCH path = (:Actor {id: $actor})-[:participatesIn]->(:Project)<-[:participatesIn]-(:Actor) RETURN path
// Rows: each partner, how many paths lead to it, and what they weigh. A link weighs the less, the more its two ends
// are joined to, and a path what its links do, multiplied: docs/decisions/0004-damping.md.
MATCH (a:Arvoverkko:Actor {id: $actor})
WITH *, COUNT { MATCH (a)-[:participatesIn]->(x:Project) RETURN DISTINCT x } AS on1
MATCH (a)-[:participatesIn]->(n1:Project)
WITH DISTINCT a, on1, n1
WITH *, COUNT { MATCH (n1)<-[:participatesIn]-(x:Actor) RETURN DISTINCT x } AS back1,
     COUNT { MATCH (n1)<-[:participatesIn]-(x:Actor) RETURN DISTINCT x } AS on2
MATCH (n1)<-[:participatesIn]-(b:Actor) WHERE b <> a
WITH DISTINCT a, on1, n1, back1, on2, b
WITH *, COUNT { MATCH (b)-[:participatesIn]->(x:Project) RETURN DISTINCT x } AS back2
RETURN $actor AS actor, b.id AS partner, count(*) AS paths,
       sum((on1 * back1) ^ -0.2 * (on2 * back2) ^ -0.2) AS weight
ORDER BY weight DESC, partner

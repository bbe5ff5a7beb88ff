// A reason of the family similarity: same-stage.
// Both a and b work in the stage “n1”.
// $actor is the id of an actor; in the Neo4j browser, run :param actor => 'act-digipolis' first.
// To see the paths drawn: MATCH path = (:Actor {id: $actor})-[:worksIn]->(:Stage)<-[:worksIn]-(:Actor) RETURN path
// Rows: each partner, how many paths lead to it, and what they weigh. A link weighs the less, the more its two ends
// are joined to, and a path what its links do, multiplied: docs/decisions/0004-damping.md.
MATCH (a:Arvoverkko:Actor {id: $actor})
WITH *, COUNT { MATCH (a)-[:worksIn]->(x:Stage) RETURN DISTINCT x } AS on1
MATCH (a)-[:worksIn]->(n1:Stage)
WITH DISTINCT a, on1, n1
WITH *, COUNT { MATCH (n1)<-[:worksIn]-(x:Actor) RETURN DISTINCT x } AS back1,
     COUNT { MATCH (n1)<-[:worksIn]-(x:Actor) RETURN DISTINCT x } AS on2
MATCH (n1)<-[:worksIn]-(b:Actor) WHERE b <> a
WITH DISTINCT a, on1, n1, back1, on2, b
WITH *, COUNT { MATCH (b)-[:worksIn]->(x:Stage) RETURN DISTINCT x } AS back2
RETURN $actor AS actor, b.id AS partner, count(*) AS paths,
       sum((on1 * back1) ^ -0.2 * (on2 * back2) ^ -0.2) AS weight
ORDER BY weight DESC, partner

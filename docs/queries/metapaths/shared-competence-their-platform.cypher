// A reason of the family similarity: shared-competence-their-platform.
// a and the innovation platform “n2”, operated by b, both have the competence “n1”.
// $actor is the id of an actor; in the Neo4j browser, run :param actor => 'act-digipolis' first.
// To see the paths drawn: MATCH path = (:Actor {id: $actor})-[:hasCompetence]->(:Competence)<-[:hasCompetence]-(:Platform)<-[:operates]-(:Actor) RETURN path
// Rows: each partner, how many paths lead to it, and what they weigh. A link weighs the less, the more its two ends
// are joined to, and a path what its links do, multiplied: docs/decisions/0004-damping.md.
MATCH (a:Arvoverkko:Actor {id: $actor})
WITH *, COUNT { MATCH (a)-[:hasCompetence]->(x:Competence) RETURN DISTINCT x } AS on1
MATCH (a)-[:hasCompetence]->(n1:Competence)
WITH DISTINCT a, on1, n1
WITH *, COUNT { MATCH (n1)<-[:hasCompetence]-(x:Actor) RETURN DISTINCT x } AS back1,
     COUNT { MATCH (n1)<-[:hasCompetence]-(x:Platform) RETURN DISTINCT x } AS on2
MATCH (n1)<-[:hasCompetence]-(n2:Platform)
WITH DISTINCT a, on1, n1, back1, on2, n2
WITH *, COUNT { MATCH (n2)-[:hasCompetence]->(x:Competence) RETURN DISTINCT x } AS back2,
     COUNT { MATCH (n2)<-[:operates]-(x:Actor) RETURN DISTINCT x } AS on3
MATCH (n2)<-[:operates]-(b:Actor) WHERE b <> a
WITH DISTINCT a, on1, n1, back1, on2, n2, back2, on3, b
WITH *, COUNT { MATCH (b)-[:operates]->(x:Platform) RETURN DISTINCT x } AS back3
RETURN $actor AS actor, b.id AS partner, count(*) AS paths,
       sum((on1 * back1) ^ -0.2 * (on2 * back2) ^ -0.2 * (on3 * back3) ^ -0.2) AS weight
ORDER BY weight DESC, partner

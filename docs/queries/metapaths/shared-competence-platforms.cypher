// A reason of the family similarity: shared-competence-platforms.
// The innovation platforms “n1” (operator a) and “n3” (operator b) both have the competence “n2”.
// $actor is the id of an actor; in the Neo4j browser, run :param actor => 'act-digipolis' first.
// To see the paths drawn: MATCH path = (:Actor {id: $actor})-[:operates]->(:Platform)-[:hasCompetence]->(:Competence)<-[:hasCompetence]-(:Platform)<-[:operates]-(:Actor) RETURN path
// Rows: each partner, how many paths lead to it, and what they weigh. A link weighs the less, the more its two ends
// are joined to, and a path what its links do, multiplied: docs/decisions/0004-damping.md.
MATCH (a:Arvoverkko:Actor {id: $actor})
WITH *, COUNT { MATCH (a)-[:operates]->(x:Platform) RETURN DISTINCT x } AS on1
MATCH (a)-[:operates]->(n1:Platform)
WITH DISTINCT a, on1, n1
WITH *, COUNT { MATCH (n1)<-[:operates]-(x:Actor) RETURN DISTINCT x } AS back1,
     COUNT { MATCH (n1)-[:hasCompetence]->(x:Competence) RETURN DISTINCT x } AS on2
MATCH (n1)-[:hasCompetence]->(n2:Competence)
WITH DISTINCT a, on1, n1, back1, on2, n2
WITH *, COUNT { MATCH (n2)<-[:hasCompetence]-(x:Platform) RETURN DISTINCT x } AS back2,
     COUNT { MATCH (n2)<-[:hasCompetence]-(x:Platform) RETURN DISTINCT x } AS on3
MATCH (n2)<-[:hasCompetence]-(n3:Platform) WHERE n3 <> n1
WITH DISTINCT a, on1, n1, back1, on2, n2, back2, on3, n3
WITH *, COUNT { MATCH (n3)-[:hasCompetence]->(x:Competence) RETURN DISTINCT x } AS back3,
     COUNT { MATCH (n3)<-[:operates]-(x:Actor) RETURN DISTINCT x } AS on4
MATCH (n3)<-[:operates]-(b:Actor) WHERE b <> a
WITH DISTINCT a, on1, n1, back1, on2, n2, back2, on3, n3, back3, on4, b
WITH *, COUNT { MATCH (b)-[:operates]->(x:Platform) RETURN DISTINCT x } AS back4
RETURN $actor AS actor, b.id AS partner, count(*) AS paths,
       sum((on1 * back1) ^ -0.2 * (on2 * back2) ^ -0.2 * (on3 * back3) ^ -0.2 * (on4 * back4) ^ -0.2) AS weight
ORDER BY weight DESC, partner

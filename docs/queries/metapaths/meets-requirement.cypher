// A reason of the family complementarity: meets-requirement.
// The stage “n2”, where b works, requires the competence “n1”, and a brings it.
// $actor is the id of an actor; in the Neo4j browser, run :param actor => 'act-digipolis' first.
// To see the paths drawn: MATCH path = (:Actor {id: $actor})-[:hasCompetence]->(:Competence)<-[:requires]-(:Stage)<-[:worksIn]-(:Actor) RETURN path
// Rows: each partner, how many paths lead to it, and what they weigh. A link weighs the less, the more its two ends
// are joined to, and a path what its links do, multiplied: docs/decisions/0004-damping.md.
MATCH (a:Arvoverkko:Actor {id: $actor})
WITH *, COUNT { MATCH (a)-[:hasCompetence]->(x:Competence) RETURN DISTINCT x } AS on1
MATCH (a)-[:hasCompetence]->(n1:Competence)
WITH DISTINCT a, on1, n1
WITH *, COUNT { MATCH (n1)<-[:hasCompetence]-(x:Actor) RETURN DISTINCT x } AS back1,
     COUNT { MATCH (n1)<-[:requires]-(x:Stage) RETURN DISTINCT x } AS on2
MATCH (n1)<-[:requires]-(n2:Stage)
WITH DISTINCT a, on1, n1, back1, on2, n2
WITH *, COUNT { MATCH (n2)-[:requires]->(x:Competence) RETURN DISTINCT x } AS back2,
     COUNT { MATCH (n2)<-[:worksIn]-(x:Actor) RETURN DISTINCT x } AS on3
MATCH (n2)<-[:worksIn]-(b:Actor) WHERE b <> a
WITH DISTINCT a, on1, n1, back1, on2, n2, back2, on3, b
WITH *, COUNT { MATCH (b)-[:worksIn]->(x:Stage) RETURN DISTINCT x } AS back3
RETURN $actor AS actor, b.id AS partner, count(*) AS paths,
       sum((on1 * back1) ^ -0.2 * (on2 * back2) ^ -0.2 * (on3 * back3) ^ -0.2) AS weight
ORDER BY weight DESC, partner

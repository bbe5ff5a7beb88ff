// Which competences does some stage require that are recorded for one actor or platform only?
MATCH (c:Arvoverkko&Competence)<-[:hasCompetence]-(h:Actor|Platform)
WITH c, collect(DISTINCT h) AS holders
WHERE size(holders) = 1
UNWIND holders AS h
MATCH (s:Stage)-[:requires]->(c)
RETURN c.notation AS notation, c.label_en AS competence, coalesce(h.label_fi, h.label_und) AS only,
       count(DISTINCT s) AS stages
ORDER BY notation

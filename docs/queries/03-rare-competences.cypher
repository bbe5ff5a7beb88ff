// Which competences are recorded for one actor or platform only, and whose are they?
MATCH (h:Arvoverkko:Resource)-[:hasCompetence]->(c:Competence)
WITH c, collect(DISTINCT h) AS holders
WHERE size(holders) = 1
UNWIND holders AS h
RETURN c.label_en AS competence, coalesce(h.label_fi, h.label_und) AS holder
ORDER BY competence

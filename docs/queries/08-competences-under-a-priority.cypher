// How many actors and platforms have a competence under each priority and area of the strategy?
MATCH (a:Arvoverkko:Competence {level: 'area'})
OPTIONAL MATCH (h:Resource)-[:hasCompetence]->(:Competence)-[:broader*0..]->(a)
RETURN a.notation AS notation, a.label_en AS area, count(DISTINCT h) AS holders
ORDER BY notation

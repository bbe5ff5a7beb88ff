// In which international networks are the seven regions, and in what role?
MATCH (r:Arvoverkko:Region)-[m:memberOf]->(n:Network)
WHERE r.nuts_2024 IS NOT NULL
RETURN DISTINCT r.label_en AS region, coalesce(n.label_und, n.label_en, n.label_fi) AS network, m.role AS role, m.since AS since
ORDER BY region, network, role, coalesce(since, '')

// Which clusters are in each of the seven regions, and who is responsible for each?
MATCH (r:Arvoverkko:Region {region_type: 'maakunta'})<-[:locatedIn]-(c:Cluster)
OPTIONAL MATCH (a:Actor)-[:coordinates]->(c)
RETURN r.label_en AS region, coalesce(c.label_en, c.label_und, c.label_fi) AS cluster,
       min(coalesce(a.label_fi, a.label_und)) AS responsible
ORDER BY region, cluster

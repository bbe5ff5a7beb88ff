// In which stages of which value chains is nobody recorded as active today?
// The status of the role comes first; where it is silent, that of who has the role; silence counts as active.
MATCH (s:Arvoverkko:Stage)-[:partOf]->(v:ValueChain)
WHERE NOT EXISTS {
  MATCH (anyone)-[role:worksIn]->(s) WHERE coalesce(role.status, anyone.status, 'active') = 'active'
}
WITH DISTINCT v, s
RETURN v.label_en AS chain, s.label_en AS stage
ORDER BY chain, s.position

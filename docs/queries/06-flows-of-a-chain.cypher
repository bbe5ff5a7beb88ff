// What flows between the stages of a value chain, of what kind, and who said so?
// $chain is its id; in the Neo4j browser, run :param chain => 'vc-wood' first.
MATCH (s:Arvoverkko:Stage)-[f:feeds]->(o:Stage)
WHERE EXISTS { (s)-[:partOf]->(:ValueChain {id: $chain}) }
MATCH (k:Arvoverkko:Concept {scheme: 'flow-kinds', notation: f.flow_kind})
MATCH (m:Arvoverkko:Concept {scheme: 'methods', notation: f.method})
RETURN $chain AS chain, s.label_en AS from, f.name_en AS flow, o.label_en AS to, k.label_en AS kind,
       m.label_en AS method, f.source + '/' + f.record AS record
ORDER BY s.position, o.position, flow, record

// What is called by these words, best fit first?
// $name is a name or some words of one; in the Neo4j browser, run :param name => 'Kemin Digipolis' first.
// In quotes every sign stands for itself but the quote and the backslash, so any name may be asked for.
CALL db.index.fulltext.queryNodes('arvoverkko_names',
  '"' + replace(replace($name, '\\', '\\\\'), '"', '\\"') + '"') YIELD node, score
RETURN node.id AS id, coalesce(node.label_en, node.label_und, node.label_fi) AS name,
       [label IN labels(node) WHERE NOT label IN ['Arvoverkko', 'Resource']] AS kinds
ORDER BY score DESC, id LIMIT 20

// How many facts come from each web site or document, and how many of them did a curator map?
// What a second source says of an entity stands on a node Record beside it, and is a fact of its own.
CALL () {
  MATCH (n:Arvoverkko) WHERE (n:Resource OR n:Record) AND n.source_url IS NOT NULL
  RETURN n.source_url AS page, n.method AS method
  UNION ALL
  MATCH (:Arvoverkko)-[link]->(:Arvoverkko) WHERE link.source_url IS NOT NULL
  RETURN link.source_url AS page, link.method AS method
}
WITH method, split(replace(replace(page, 'https://', ''), 'http://', ''), '/')[0] AS host
WITH method, CASE WHEN host STARTS WITH 'www.' THEN substring(host, 4) ELSE host END AS site
RETURN site, count(*) AS facts, count(CASE method WHEN 'mapped' THEN 1 END) AS mapped
ORDER BY facts DESC, site LIMIT 20

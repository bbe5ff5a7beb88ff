"""The graph for other tools: files that they read, and the graph lent to networkx and rdflib."""

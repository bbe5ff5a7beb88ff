"""A graph in somebody's triple store, asked and changed by SPARQL 1.1 over HTTP."""

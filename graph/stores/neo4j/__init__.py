"""The graph in Neo4j, where people share one."""

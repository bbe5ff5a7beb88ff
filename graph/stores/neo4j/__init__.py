"""Neo4j as a home of a graph: tables as nodes and relationships, and back. Plain Community is enough."""

"""What the graph is asked: pure functions over a generation, each with one answer for all doors."""

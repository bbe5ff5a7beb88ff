"""SPARQL of strangers: looked through, asked in a worker that can be stopped, given as a frame."""

"""Paths between actors: the index, the kernel that weighs them, and their explanation."""

from graph.paths.index import PathIndex

__all__ = ["PathIndex"]

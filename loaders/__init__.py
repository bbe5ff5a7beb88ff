"""Loaders: records of the world become facts, one file for each source."""

from loaders.registry import load, names

__all__ = ["load", "names"]

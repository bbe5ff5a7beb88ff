"""Temporary stand-in until the path engine lands."""
from pathlib import Path


class PathIndex:
    @classmethod
    def build(cls, tables): return cls()
    def save(self, folder): Path(folder).mkdir()
    @classmethod
    def open(cls, folder): return cls()

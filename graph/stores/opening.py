"""Opens a generation that lies in a folder: its manifest and its tables, looked through for damage."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from graph.stores.checksums import changed
from graph.stores.current import built, folder_of
from graph.stores.derived import RDF
from graph.stores.earlier import EARLIER, open_earlier
from graph.stores.generation import Generation
from graph.stores.manifest import read_manifest, sources_of
from graph.stores.parts import State, state
from graph.stores.shelf import Part, Shelf, seen
from graph.stores.sources import TABLES
from ontology.errors import DamagedWorkspace
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation


def open_generation(folder: Path) -> Generation:
    """Return the generation in a folder; raises DamagedWorkspace for what is not as it was written."""
    manifest = read_manifest(folder)
    if manifest["schema"] <= EARLIER:
        return Generation(open_earlier(folder, manifest), manifest, folder)
    for name in changed(folder, manifest["files"]):
        raise DamagedWorkspace("table-damaged", path=str(folder / name), number=manifest["generation"])
    root, number = folder.parent.parent, manifest["generation"]
    return Generation(tables_in(folder, manifest), manifest, folder, lambda: newest_before(root, number))


def tables_in(folder: Path, manifest: dict[str, Any]) -> Tables:
    """Return the tables of a generation, to be read when they are asked for."""
    parts: dict[Kind | Relation, list[Part]] = defaultdict(list)
    rows: dict[Kind | Relation, int] = defaultdict(int)
    for source in sources_of(manifest):
        own = folder / "sources" / source.id
        for text, name in TABLES.items():
            if (told := manifest["rows"].get(f"{source.id}/{text}")) is not None:
                path = own / f"{text}.parquet"
                parts[name].append(Part(source.id, path, seen(path)))
                rows[name] += told
    return Tables(
        sources_of(manifest),
        Shelf({kind: parts[kind] for kind in Kind}, rows.__getitem__),
        Shelf({relation: parts[relation] for relation in Relation}, rows.__getitem__),
    )


def newest_before(root: Path, number: int) -> Generation | None:
    """Return the newest earlier generation of a workspace whose RDF store may be used, or None."""
    for each in reversed([each for each in built(root) if each < number]):
        folder = folder_of(root, each)
        if not (folder / RDF.name).is_dir():
            continue
        try:
            found = open_generation(folder)
        except DamagedWorkspace:
            continue
        if state(RDF, found.identity, folder / RDF.name) is State.SOUND:
            return found
    return None

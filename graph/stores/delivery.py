"""Puts into a folder what a server delivers, as its writer had it: sources, manifest, and the tables to read."""

from __future__ import annotations

import shutil
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from graph.stores.advance import key_of
from graph.stores.checksums import Stamp, files, stamp
from graph.stores.generation import Generation
from graph.stores.manifest import MANIFEST, sources_of, text_of
from graph.stores.opening import tables_in
from graph.stores.parcel import put_facts, unpack
from graph.stores.parts import COPIED
from graph.stores.remote import Delivery
from graph.stores.sources import read_facts, write_source
from graph.stores.writing import sync, write_text
from ontology.errors import DamagedWorkspace
from ontology.facts import no_refusals
from ontology.metagraph import Kind, Relation
from ontology.rules.acceptance import Verdict


def deliver(delivery: Delivery, folder: Path, *, as_found: bool = False) -> Generation:
    """Write what is delivered into a new folder and return it as a generation, its tables to be read from there.

    Rows are written as they come, so memory does not grow with the graph. Raises DamagedWorkspace where they are not
    as many as the manifest says, unless they are to be taken as they are found.
    """
    pieces: dict[tuple[str, Kind | Relation], list[Path]] = defaultdict(list)
    height: dict[str, int] = defaultdict(int)
    loose = folder / "pieces"
    loose.mkdir()
    for id, name, frame in delivery.rows:
        named = frame.drop_nulls(key_of(name))
        if named.height < frame.height and not as_found:
            raise DamagedWorkspace("rows-nameless", table=f"{id}/{name}", many=frame.height - named.height)
        own = pieces[id, name]
        own.append(loose / f"{id}-{name}-{len(own)}.parquet")
        named.drop("source", strict=False).write_parquet(own[-1], compression="lz4", statistics=False)
        height[f"{id}/{name}"] += named.height
    manifest = {**delivery.manifest, COPIED: True, "rows": dict(height)}
    if not as_found:
        _require_as_said(delivery.manifest, height)
    for source in sources_of(manifest):
        own_folder = folder / "sources" / source.id
        own_folder.mkdir(parents=True)
        for (teller, name), parts in pieces.items():
            if teller == source.id:
                put_facts(own_folder, name, parts)
        if (parcel := delivery.files.get(source.id)) and not as_found:
            try:
                unpack(parcel, own_folder)
            except (ValueError, KeyError, zipfile.BadZipFile) as error:
                raise DamagedWorkspace("source-unreadable", path=str(own_folder), said=str(error)) from error
        else:  # nothing is known of it but its facts
            batch = read_facts(source, own_folder)
            shutil.rmtree(own_folder)
            write_source(own_folder, Verdict(batch, {}, no_refusals(), no_refusals(), batch.rows_read, 0, 0))
    shutil.rmtree(loose)
    manifest = write_manifest(folder, manifest)
    return Generation(tables_in(folder, manifest), manifest, folder)


def _require_as_said(manifest: Mapping[str, Any], height: Mapping[str, int]) -> None:
    """Raise DamagedWorkspace where a source has not as many rows of a table as its server says."""
    said: Mapping[str, int] = manifest.get("rows", height)
    for name in sorted(said.keys() | height.keys()):
        wanted, found = said.get(name, 0), height.get(name, 0)
        if wanted != found:
            raise DamagedWorkspace("rows-missing", table=name, wanted=wanted, found=found)


def write_manifest(
    folder: Path, manifest: Mapping[str, Any], known: Mapping[str, Stamp] = MappingProxyType({})
) -> dict[str, Any]:
    """Write what a generation says of itself, with the stamps of its files, and return it; known files are not read."""
    (folder / "sources").mkdir(exist_ok=True)
    sync(folder / "sources")
    names = {path.relative_to(folder).as_posix(): path for path in sorted(files(folder / "sources"))}
    told = {**manifest, "files": {name: stamp(path, known.get(name)) for name, path in names.items()}}
    write_text(folder / MANIFEST, text_of(told))
    return told

"""The reference data of East and North Finland: 23 tables, each row with the source that a person read.

1. Every file is read and its cells typed (`_read`).
2. References are followed until no more rows fall: an unknown id refuses its row, and a refused row's id is
   unknown to others (`_settle`).
3. The rows that stand become facts (`facts`).

A fact whose note says that it is the curator's is `mapped`; all others are `stated` by their source.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from loaders.enf import facts
from loaders.enf.columns import FILES, LISTS, REFERENCES, STAGES, File
from loaders.tables.cells import Cells
from loaders.tables.reading import read_csv
from ontology.errors import MissingFile
from ontology.facts import Batch, Source, no_refusals
from ontology.metagraph import Value

#: The day of the edition that ships with the project, and the sha256 of its tables.
EDITION = date(2026, 11, 24)
EDITION_SHA256 = "caafdbecd6a32e88c1234d9f8a8ac42de454c3abcbc6b8092cc037a0718bab46"


def default_path() -> Path:
    """Return the folder of the data that ships with the project."""
    loaders = Path(__file__).resolve().parents[1]
    shipped = loaders / "data" / "enf"
    return shipped if shipped.is_dir() else loaders.parent / "data" / "enf"


def load(path: Path | None = None) -> Batch:
    """Return every fact of the reference data in `path`, with the rows that were refused.

    Raises MissingFile, MissingColumn or BrokenTable when a file cannot be read at all.
    """
    folder = path or default_path()
    if not folder.is_dir():
        raise MissingFile("enf-folder-missing", folder=str(folder))
    files = {name: _read(folder, name, spec) for name, spec in FILES.items()}
    read = {f"{name}.csv": cells.read for name, cells in files.items()}
    _agree(files)
    _settle(files)
    digest = _digest(folder)
    rows = {name: _with_provenance(cells.rows()) for name, cells in files.items()}
    # What follows from another refusal comes last: the first that a reader sees is a fault of its own.
    refused = [frame for cells in files.values() for frame in cells.refused]
    refused.sort(key=lambda frame: frame["code"][0] == "refused-id")
    return Batch(
        Source(
            id="enf",
            title="ENF innovation-ecosystem reference dataset",
            publisher="Arvoverkko",
            licence="CC BY 4.0",
            url=None,
            retrieved=EDITION if digest == EDITION_SHA256 else _last_changed(folder),
            sha256=digest,
        ),
        facts.entities(rows),
        facts.links(rows),
        pl.concat(refused) if refused else no_refusals(),
        read,
    )


def _read(folder: Path, name: str, spec: File) -> Cells:
    """Read one file and type its cells; an entity's id must be there, be well formed and be new."""
    cells = read_csv(folder / f"{name}.csv", spec.columns)
    cells.need(*spec.need)
    for column, value in spec.types.items():
        cells.typed(column, value)
    for column, scheme in spec.codes.items():
        cells.coded(column, scheme)
    for file, stage, order in STAGES:
        if file == name:
            joined = pl.col("value_chain_id") + "-" + pl.col(order).cast(pl.String)
            cells.frame = cells.frame.with_columns(joined.alias(stage))
    if "source_url" in spec.columns:
        cells.need("source_url")
        cells.typed("source_url", Value.LINK)
    if spec.id is not None:
        cells.well_formed_id(spec.id)
        cells.unique(spec.id)
    return cells


def _agree(files: dict[str, Cells]) -> None:
    """Refuse the rows whose repeated column disagrees with the row that it repeats."""
    names = files["competences"].frame.select(competence_id="id", expected="label_fi").drop_nulls()
    kinds = pl.concat(
        files[f"{kind}s"].frame.select(subject_id="id", expected=pl.lit(kind))
        for kind in ("actor", "platform", "cluster")
    ).drop_nulls()
    cells = files["platform_or_actor_competences"]
    cells.agrees("competence_label", names.unique("competence_id"))
    cells.agrees("subject_kind", kinds.unique("subject_id"))


def _settle(files: dict[str, Cells]) -> None:
    """Refuse the rows that name an unknown id, again and again until no more fall."""
    read = {name: files[name].frame[spec.id].drop_nulls() for name, spec in FILES.items() if spec.id is not None}
    labels_read = files["competences"].frame["label_fi"].drop_nulls()
    again = True
    while again:
        ids = {name: files[name].rows()[spec.id].drop_nulls() for name, spec in FILES.items() if spec.id is not None}
        labels = files["competences"].rows()["label_fi"].drop_nulls()
        fallen = [
            files[file].known(
                column,
                pl.concat([ids[target] for target in targets]),
                pl.concat([read[target] for target in targets]),
                shown,
            )
            for file, column, targets, shown in REFERENCES
        ]
        fallen += [files[file].known_each(column, ids[target], read[target]) for file, column, target in LISTS]
        # A label may have a semicolon of its own; in this list it is written with a comma.
        listed = [series.str.replace_all(";", ",") for series in (labels, labels_read)]
        fallen.append(files["platforms"].known_each("competence_labels", *listed))
        again = any(fallen)


def _with_provenance(rows: pl.DataFrame) -> pl.DataFrame:
    """Add method, source address and note; a column `evidence` of the data says on what a competence rests: `basis`."""
    rows = rows.rename({"evidence": "basis"}, strict=False)
    none = pl.lit(None, pl.String)
    note = pl.col("source_note") if "source_note" in rows.columns else none
    by_curator = note.fill_null("").str.contains("(?i)curator")
    if "method" in rows.columns:
        by_curator |= pl.col("method") == "curator"
    return rows.with_columns(
        method=pl.when(by_curator).then(pl.lit("mapped")).otherwise(pl.lit("stated")),
        source_url=pl.col("source_url") if "source_url" in rows.columns else none,
        note=note,
    )


def _last_changed(folder: Path) -> date:
    """Return the day on which a table of an edition of somebody's own was last written."""
    newest = max((folder / f"{name}.csv").stat().st_mtime for name in FILES)
    return datetime.fromtimestamp(newest, UTC).date()


def _digest(folder: Path) -> str:
    """Return the sha256 of all tables, by name and content."""
    digest = hashlib.sha256()
    for name in sorted(FILES):
        data = (folder / f"{name}.csv").read_bytes()
        digest.update(f"{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()

"""The reference data of East and North Finland: 23 tables, each row with the source that a person read.

1. Every file is read and its cells typed (`_read`); what one row repeats of another must agree (`_agree`).
2. The rows that can be read become facts (`facts`), and are judged where they are loaded.

A fact whose note says that it is the curator's is `mapped`; all others are `stated` by their source.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from loaders.enf import facts
from loaders.enf.columns import FILES, STAGES, File
from loaders.tables.cells import Cells
from loaders.tables.reading import is_folder, read_csv
from ontology.errors import MissingFile
from ontology.facts import Batch, Source, no_refusals

#: The day of the edition that ships with the project, and the sha256 of its tables.
EDITION = date(2026, 11, 24)
EDITION_SHA256 = "caafdbecd6a32e88c1234d9f8a8ac42de454c3abcbc6b8092cc037a0718bab46"


def default_path() -> Path:
    """Return the folder of the data that ships with the project."""
    loaders = Path(__file__).resolve().parents[1]
    shipped = loaders / "data" / "enf"
    return shipped if shipped.is_dir() else loaders.parent / "data" / "enf"


def load(path: Path | None = None) -> Batch:
    """Return what the reference data in `path` says, with the rows that could not be read.

    Raises MissingFile, MissingColumn or BrokenTable when a file cannot be read at all.
    """
    folder = path or default_path()
    if not is_folder(folder):
        raise MissingFile("enf-folder-missing", folder=str(folder))
    files = {name: _read(folder, name, spec) for name, spec in FILES.items()}
    read = {f"{name}.csv": cells.read for name, cells in files.items()}
    _agree(files)
    digest = _digest(folder)
    rows = {name: _with_provenance(cells.rows()) for name, cells in files.items()}
    refused = [frame for cells in files.values() for frame in cells.refused]
    entities, links = facts.entities(rows), facts.links(rows, _labels(files))
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
        {kind: told.frame for kind, told in entities.items()},
        {relation: told.frame for relation, told in links.items()},
        pl.concat(refused) if refused else no_refusals(),
        read,
        {
            f"{file}/{name}": columns
            for name, told in (*entities.items(), *links.items())
            for file, columns in told.columns.items()
        },
    )


def _read(folder: Path, name: str, spec: File) -> Cells:
    """Read one file and type its cells."""
    cells = read_csv(folder / f"{name}.csv", spec.columns)
    cells.need(*spec.need)
    for column, value in spec.types.items():
        cells.typed(column, value)
    for file, stage, order in STAGES:
        if file == name:
            joined = pl.col("value_chain_id") + "-" + pl.col(order).cast(pl.String)
            cells.frame = cells.frame.with_columns(joined.alias(stage))
    if "source_url" in spec.columns:
        cells.need("source_url")
    return cells


def _agree(files: dict[str, Cells]) -> None:
    """Refuse the rows whose repeated column disagrees with the row that it repeats."""
    names = _labels(files)
    kinds = pl.concat(
        files[f"{kind}s"].frame.select(subject_id="id", expected=pl.lit(kind))
        for kind in ("actor", "platform", "cluster")
    ).drop_nulls()
    cells = files["platform_or_actor_competences"]
    cells.agrees("competence_label", names.rename({"label": "expected"}))
    cells.agrees("subject_kind", kinds.unique("subject_id", keep="first", maintain_order=True))
    files["platforms"].lists("competence_labels", names.select(facts.comma("label"))["label"])


def _labels(files: dict[str, Cells]) -> pl.DataFrame:
    """The label of each competence, of rows that are refused too."""
    names = files["competences"].frame.select(competence_id="id", label="label_fi").drop_nulls()
    return names.unique("competence_id", keep="first", maintain_order=True)


def _with_provenance(rows: pl.DataFrame) -> pl.DataFrame:
    """Add method, source address and note."""
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

"""The reference data of East and North Finland: 22 tables, each row with the source that a person read.

1. Every file is read and its cells typed (`_read`).
2. References are followed until no more rows fall: an unknown id refuses its row, and a refused row's id is
   unknown to others (`_settle`).
3. The rows that stand become facts (`enf_facts`).

A fact whose note says that it is the curator's is `mapped`; all others are `stated` by their source.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from loaders.enf import facts as enf_facts
from loaders.tables.cells import Cells, read_csv
from ontology.errors import MissingFile
from ontology.facts import Batch, Source, no_refusals
from ontology.metagraph import Value

#: The day of the edition that ships with the project, and the sha256 of its tables.
EDITION = date(2026, 11, 22)
EDITION_SHA256 = "ce51fe7cda3b939b26e2e7fc9f4574f65f07c8b58870c91e218eb73c736cb4fc"


@dataclass(frozen=True, slots=True)
class _File:
    """The columns of one file: those that must be filled, those that may be empty, and their types."""

    need: tuple[str, ...]
    may: tuple[str, ...] = ()
    types: dict[str, Value] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    id: str | None = None
    sourced: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.need, *self.may, *(("source_url", "source_note") if self.sourced else ()))


_INT, _LINK, _DATE = Value.INTEGER, Value.LINK, Value.DATE

FILES: dict[str, _File] = {
    "regions": _File(
        ("id", "name_fi", "name_en", "name_sv", "nuts3_2021", "nuts3_2024"),
        ("seat", "council_name", "council_sv", "council_en", "council_actor_id"),
        id="id",
    ),
    "peer_regions": _File(
        ("id", "name_en", "name_fi", "country", "nuts", "kind"), codes={"kind": "region-types"}, id="id"
    ),
    "actors": _File(
        ("id", "name", "type"),
        ("name_fi", "business_id", "municipality", "region_id", "website"),
        {"website": _LINK},
        codes={"type": "actor-types"},
        id="id",
    ),
    "clusters": _File(
        ("id", "name"),
        ("name_fi", "description", "responsible_org_id", "region_ids", "theme", "on_eccp", "quality_label", "website"),
        {"website": _LINK, "on_eccp": Value.BOOLEAN},
        id="id",
    ),
    "platforms": _File(
        ("id", "name"),
        (
            "name_fi",
            "operator_actor_id",
            "region_id",
            "municipality",
            "description",
            "trl_min",
            "trl_max",
            "competence_labels",
        ),
        {"trl_min": _INT, "trl_max": _INT},
        id="id",
    ),
    "competences": _File(
        ("id", "notation", "level", "level_name", "label_fi", "label_en", "label_raw", "label_sv"),
        ("parent_id", "definition_fi", "definition_en"),
        codes={"level_name": "competence-levels"},
        id="id",
    ),
    "value_chains": _File(("id", "name_en", "name_fi", "name_sv"), ("description", "source"), id="id"),
    "value_chain_stages": _File(
        ("value_chain_id", "order", "name_en", "name_fi", "name_sv"), ("description",), {"order": _INT}, id="stage"
    ),
    "projects": _File(
        ("id", "name"),
        ("programme", "start", "end", "budget_eur", "coordinator_actor_id"),
        {"start": _DATE, "end": _DATE, "budget_eur": Value.DECIMAL},
        id="id",
    ),
    "region_specialisations": _File(
        ("id", "region_id", "notation", "kind", "label_fi", "label_en", "label_raw", "label_sv"),
        ("parent_id", "competence_ids"),
        codes={"kind": "specialisation-types"},
        id="id",
    ),
    "documents": _File(
        ("id", "title"), ("publisher", "date", "url"), {"date": _DATE, "url": _LINK}, id="id", sourced=False
    ),
    "memberships": _File(("actor_id", "cluster_id", "role")),
    "cluster_related_actors": _File(("actor_id", "cluster_id", "relation")),
    "cluster_relations": _File(("cluster_id", "related_cluster_id", "relation")),
    "network_memberships": _File(
        ("subject_id", "network", "role"), ("since", "until"), {"since": _DATE, "until": _DATE}
    ),
    "platform_partners": _File(("platform_id", "actor_id", "role")),
    "platform_readiness": _File(
        ("platform_id", "scale", "level_min", "level_max"),
        ("assessor", "date"),
        {"level_min": _INT, "level_max": _INT, "date": _DATE},
        codes={"scale": "scales"},
    ),
    "platform_or_actor_competences": _File(
        ("subject_id", "subject_kind", "competence_id", "competence_label"), ("evidence",)
    ),
    "project_participants": _File(("project_id", "actor_id", "role")),
    "stage_competences": _File(
        ("value_chain_id", "stage_order", "competence_id"),
        ("method", "source_note"),
        {"stage_order": _INT},
        sourced=False,
    ),
    "value_chain_actors": _File(("value_chain_id", "stage_order", "subject_id", "role"), (), {"stage_order": _INT}),
    "value_chain_flows": _File(
        ("value_chain_id", "from_order", "to_order", "name_en", "name_fi", "name_sv", "kind"),
        ("material", "method"),
        {"from_order": _INT, "to_order": _INT},
        codes={"kind": "flow-kinds"},
    ),
}

#: (file, column, the files where the id must be); a column put together from two is checked under its own name.
_REFERENCES: tuple[tuple[str, str, tuple[str, ...], str | None], ...] = (
    ("regions", "council_actor_id", ("actors",), None),
    ("actors", "region_id", ("regions",), None),
    ("clusters", "responsible_org_id", ("actors",), None),
    ("platforms", "operator_actor_id", ("actors",), None),
    ("platforms", "region_id", ("regions",), None),
    ("competences", "parent_id", ("competences",), None),
    ("value_chain_stages", "value_chain_id", ("value_chains",), None),
    ("projects", "coordinator_actor_id", ("actors",), None),
    ("region_specialisations", "region_id", ("regions",), None),
    ("region_specialisations", "parent_id", ("region_specialisations",), None),
    ("memberships", "actor_id", ("actors",), None),
    ("memberships", "cluster_id", ("clusters",), None),
    ("cluster_related_actors", "actor_id", ("actors",), None),
    ("cluster_related_actors", "cluster_id", ("clusters",), None),
    ("cluster_relations", "cluster_id", ("clusters",), None),
    ("cluster_relations", "related_cluster_id", ("clusters",), None),
    ("network_memberships", "subject_id", ("actors", "clusters", "regions"), None),
    ("platform_partners", "platform_id", ("platforms",), None),
    ("platform_partners", "actor_id", ("actors",), None),
    ("platform_readiness", "platform_id", ("platforms",), None),
    ("platform_or_actor_competences", "subject_id", ("actors", "platforms", "clusters"), None),
    ("platform_or_actor_competences", "competence_id", ("competences",), None),
    ("project_participants", "project_id", ("projects",), None),
    ("project_participants", "actor_id", ("actors",), None),
    ("stage_competences", "stage", ("value_chain_stages",), "stage_order"),
    ("stage_competences", "competence_id", ("competences",), None),
    ("value_chain_actors", "stage", ("value_chain_stages",), "stage_order"),
    ("value_chain_actors", "subject_id", ("actors", "platforms"), None),
    ("value_chain_flows", "from_stage", ("value_chain_stages",), "from_order"),
    ("value_chain_flows", "to_stage", ("value_chain_stages",), "to_order"),
)

#: Columns with several ids, separated by semicolons.
_LISTS = (
    ("clusters", "region_ids", "regions"),
    ("region_specialisations", "competence_ids", "competences"),
)

#: The stages of a chain are known by chain and order.
_STAGES = (
    ("value_chain_stages", "stage", "order"),
    ("stage_competences", "stage", "stage_order"),
    ("value_chain_actors", "stage", "stage_order"),
    ("value_chain_flows", "from_stage", "from_order"),
    ("value_chain_flows", "to_stage", "to_order"),
)


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
        enf_facts.entities(rows),
        enf_facts.links(rows),
        pl.concat(refused) if refused else no_refusals(),
        read,
    )


def _read(folder: Path, name: str, spec: _File) -> Cells:
    """Read one file and type its cells; an entity's id must be there, be well formed and be new."""
    cells = read_csv(folder / f"{name}.csv", spec.columns)
    cells.need(*spec.need)
    for column, value in spec.types.items():
        cells.typed(column, value)
    for column, scheme in spec.codes.items():
        cells.coded(column, scheme)
    for file, stage, order in _STAGES:
        if file == name:
            joined = pl.col("value_chain_id") + "-" + pl.col(order).cast(pl.String)
            cells.frame = cells.frame.with_columns(joined.alias(stage))
    if "source_url" in spec.columns:
        cells.need("source_url")
        cells.typed("source_url", _LINK)
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
            for file, column, targets, shown in _REFERENCES
        ]
        fallen += [files[file].known_each(column, ids[target], read[target]) for file, column, target in _LISTS]
        # A label may have a semicolon of its own; in this list it is written with a comma.
        listed = [series.str.replace_all(";", ",") for series in (labels, labels_read)]
        fallen.append(files["platforms"].known_each("competence_labels", *listed))
        again = any(fallen)


def _with_provenance(rows: pl.DataFrame) -> pl.DataFrame:
    """Add method, evidence and note to rows that have a source; a column `evidence` of theirs is `basis` here."""
    rows = rows.rename({"evidence": "basis"}, strict=False)
    if "source_note" not in rows.columns:
        return rows.with_columns(
            method=pl.lit("stated"), evidence=pl.lit(None, pl.String), note=pl.lit(None, pl.String)
        )
    by_curator = pl.col("source_note").fill_null("").str.contains("(?i)curator")
    if "method" in rows.columns:
        by_curator |= pl.col("method") == "curator"
    evidence = pl.col("source_url") if "source_url" in rows.columns else pl.lit(None, pl.String)
    return rows.with_columns(
        method=pl.when(by_curator).then(pl.lit("mapped")).otherwise(pl.lit("stated")),
        evidence=evidence,
        note=pl.col("source_note"),
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

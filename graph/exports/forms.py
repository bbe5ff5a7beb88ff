"""The forms of an export, each a line of one table, and the export itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from graph.exports import gexf, graphml, statements, tables
from graph.exports.placing import beside
from graph.stores.generation import Generation
from graph.stores.neo4j import importing
from ontology.errors import ExportError, InvalidArgument
from ontology.facts import Frames, Tables
from ontology.metagraph import Kind
from ontology.vocabulary import check_language, find_kind


@dataclass(frozen=True, slots=True)
class Form:
    """What an export is written as: a file with a suffix, or a folder that holds no other files than these.

    `write` is given the tables, the place and a language; `whole` in its stead the generation, of which no part does.
    """

    name: str
    write: Callable[[Tables, Path, str], None]
    suffix: str = ""
    files: frozenset[str] = frozenset()
    whole: Callable[[Generation, Path], None] | None = None

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return not self.suffix


def _of_no_part(facts: Tables, path: Path, language: str) -> None:
    """Refuse: what is imported is a whole graph, with its marker and its sources."""
    raise InvalidArgument("export-whole", form="neo4j")


#: The forms by name. `language` says which label is `label`, where a form has only one.
FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("graphml", graphml.write, ".graphml"),
        Form("gexf", gexf.write, ".gexf"),
        Form("csv", tables.write_csv, files=tables.CSV_FILES),
        Form("parquet", tables.write_parquet, files=tables.PARQUET_FILES),
        Form("jsonld", statements.write_jsonld, ".jsonld"),
        Form("nquads", statements.write_nquads, ".nq"),
        Form("turtle", statements.write_turtle, ".ttl"),
        Form("neo4j", _of_no_part, files=importing.FILES, whole=importing.write_import),
    )
}


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote, and where."""

    path: Path
    form: str
    entities: int
    links: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values for JSON."""
        return {"path": str(self.path), "form": self.form, "entities": self.entities, "links": self.links}


def export(
    generation: Generation, path: Path, form: str, kinds: Iterable[Kind | str] = (), language: str = "en"
) -> Written:
    """Write a graph, or some kinds of it with the links among these, in a form; see `KnowledgeGraph.export`."""
    chosen = FORMS.get(form)
    if chosen is None:
        raise InvalidArgument("unknown-export", form=form, known=tuple(FORMS))
    check_language(language)
    wanted = [find_kind(kind) for kind in kinds]
    facts = of_kinds(generation.tables, wanted)
    _check_place(path, chosen)
    try:
        with beside(path, chosen.is_folder) as place:
            if chosen.whole is not None and not wanted:
                chosen.whole(generation, place)
            else:
                chosen.write(facts, place, language)
    except (OSError, pl.exceptions.PolarsError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise ExportError("not-writable", path=str(path), said=said) from error
    entities = sum(facts.scan(kind).select(pl.col("id").n_unique()).collect().item() for kind in facts.entities)
    links = sum(facts.scan(relation).select(pl.len()).collect().item() for relation in facts.links)
    return Written(path, form, entities, links)


def of_kinds(facts: Tables, kinds: Iterable[Kind]) -> Tables:
    """Return the entities of some kinds and the links among them; all of the tables when no kind is given."""
    wanted = tuple(dict.fromkeys(kinds))
    if not wanted:
        return facts
    entities = {kind: facts.entities[kind] for kind in facts.entities if kind in wanted}
    ids = pl.concat([pl.Series("id", [], pl.String), *(frame["id"] for frame in entities.values())]).unique()
    inside = pl.all_horizontal(pl.col("subject", "object").is_in(ids.implode()))
    links = {relation: frame.filter(inside) for relation, frame in facts.links.items()}
    return Tables(facts.sources, Frames(entities), Frames({name: frame for name, frame in links.items() if len(frame)}))


def _check_place(path: Path, form: Form) -> None:
    """Raise ExportError where the form cannot be written: another suffix, or what is there is no earlier export."""
    if not form.is_folder:
        if path.suffix.lower() != form.suffix:
            raise ExportError("export-suffix", name=path.name, form=form.name, suffix=form.suffix)
        if path.is_dir():
            raise ExportError("folder-not-file", path=str(path))
        return
    if path.suffix.lower() in {f".{form.name}", *(each.suffix for each in FORMS.values() if each.suffix)}:
        raise ExportError("export-folder", name=path.name, form=form.name, stem=path.stem)
    if path.exists() and not path.is_dir():
        raise ExportError("file-not-folder", path=str(path))
    other = sorted(each.name for each in path.iterdir() if each.name not in form.files) if path.is_dir() else ()
    if other:
        raise ExportError("export-holds", path=str(path), other=other[0], form=form.name)

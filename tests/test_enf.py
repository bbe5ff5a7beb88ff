"""The loader of the reference data: nothing lost, nothing made up, and every fault said with its place."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from conftest import ENF, ROOT
from damage import change, copy, set_cell

from loaders import load
from loaders.enf import EDITION, EDITION_SHA256
from loaders.enf.columns import FILES
from ontology.errors import BrokenTable, InputError, MissingColumn, MissingFile
from ontology.facts import Batch
from ontology.metagraph import Kind, Relation
from ontology.rules.acceptance import Verdict, accept
from ontology.texts import LANGUAGES

GOLDEN = ROOT / "tests" / "golden" / "enf.json"


def test_every_file_of_the_folder_is_read(enf_batch: Batch) -> None:
    files = {path.name for path in ENF.glob("*.csv")}
    assert set(enf_batch.read) == files
    for name in files:
        with (ENF / name).open(encoding="utf-8-sig", newline="") as file:
            assert enf_batch.read[name] == len(list(csv.DictReader(file)))


def test_the_reference_data_is_kept_whole(enf_batch: Batch) -> None:
    (verdict,) = accept([enf_batch])
    assert verdict.read == verdict.kept == enf_batch.rows_read > 0
    assert verdict.refusals.is_empty() and verdict.waiting.is_empty()


def test_counts_are_those_of_its_readme(enf_batch: Batch) -> None:
    said = dict(re.findall(r"^\| (\w+)\.csv \| (\d+) \|$", (ENF / "README.md").read_text("utf-8"), re.MULTILINE))
    assert {f"{name}.csv": int(rows) for name, rows in said.items()} == dict(enf_batch.read)
    kinds = {"actors": Kind.ACTOR, "clusters": Kind.CLUSTER, "platforms": Kind.PLATFORM, "competences": Kind.COMPETENCE}
    kinds |= {"value_chains": Kind.VALUE_CHAIN, "value_chain_stages": Kind.STAGE, "projects": Kind.PROJECT}
    for name, kind in kinds.items():
        assert enf_batch.entities[kind].height == int(said[name])


def _facts_by_record(batch: Batch) -> dict[str, set[str]]:
    """Everything that the facts of a record say, as texts."""
    said: dict[str, set[str]] = {}
    for frame in (*batch.entities.values(), *batch.links.values()):
        for row in frame.iter_rows(named=True):
            said.setdefault(row["record"], set()).update(str(v) for v in row.values() if v is not None)
    return said


def test_no_cell_is_lost(enf_batch: Batch) -> None:
    """Every filled cell can be read back from the facts of its record, as it is or as said here."""
    said = _facts_by_record(enf_batch)
    labels = {row["id"]: row["label_fi"] for row in enf_batch.entities[Kind.COMPETENCE].iter_rows(named=True)}
    competences = enf_batch.links[Relation.HAS_COMPETENCE]
    lost = []
    for name in FILES:
        with (ENF / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                texts = said.get(f"{name}.csv#row={number}", set())
                for column, cell in row.items():
                    if not cell.strip():
                        continue
                    match column:
                        case "level":  # the depth of the notation; level_name says it in words
                            kept = row["notation"].count(".") + 1 == int(cell)
                        case "method":
                            kept = "mapped" in texts
                        case "subject_kind":
                            kept = any(text.startswith({"actor": "act-", "platform": "pf-", "cluster": "cl-"}[cell])
                                       for text in texts)  # fmt: skip
                        case "competence_label":
                            kept = labels[row["competence_id"]] == cell
                        case "competence_labels":  # one link for each, most of them from the mapping table
                            linked = competences.filter(pl.col("subject") == row["id"])["object"]
                            known = {labels[id].replace(";", ",") for id in linked}
                            kept = all(label.strip() in known for label in cell.split(";"))
                        case "stage_order" | "order" | "from_order" | "to_order":
                            kept = f"{row['value_chain_id']}-{cell}" in texts
                        case "region_ids" | "competence_ids":
                            kept = all(part.strip() in texts for part in cell.split(";"))
                        case "on_eccp":
                            kept = str(cell == "yes") in texts
                        case "budget_eur":
                            kept = str(float(cell)) in texts
                        case "platform_id" if name == "platform_readiness":
                            kept = cell in texts
                        case _:
                            kept = cell.strip() in texts
                    if not kept and column in ("value_chain_id", "network"):
                        # both are part of an id that the facts name
                        kept = any(text.startswith((cell, "net-")) for text in texts)
                    if not kept:
                        lost.append((name, number, column, cell))
    assert lost == []


def test_a_fact_is_mapped_when_its_note_says_curator_and_stated_otherwise(enf_batch: Batch) -> None:
    for frame in (*enf_batch.entities.values(), *enf_batch.links.values()):
        for row in frame.iter_rows(named=True):
            expected = "mapped" if "curator" in (row["note"] or "").lower() else "stated"
            assert row["method"] == expected, row


def test_facts_equal_the_golden_file(enf_batch: Batch, update_golden: bool) -> None:
    """A few whole rows of every kind and relation, so that a change of meaning is seen in review."""
    shown = {
        str(name): {"rows": frame.height, "first": frame.head(2).to_dicts()}
        for name, frame in (*enf_batch.entities.items(), *enf_batch.links.items())
    }
    text = json.dumps(shown, ensure_ascii=False, indent=1) + "\n"
    if update_golden:
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text("utf-8")


def judged(folder: Path) -> tuple[Batch, Verdict]:
    """The facts of an edition, and what became of its rows."""
    (verdict,) = accept([load("enf", folder)])
    assert verdict.read == verdict.kept + verdict.refused + verdict.set_aside
    # Counted another way: each row read is among the facts, or refused, or waits; what is refused leaves no fact.
    batch = verdict.facts()
    facts, gone, waits = set(_facts_by_record(batch)), *(set(f["record"]) for f in (verdict.refusals, verdict.waiting))
    assert facts.isdisjoint(gone)
    assert len(facts | gone | waits) == verdict.read
    return batch, verdict


def refused(folder: Path) -> tuple[Batch, list[dict[str, str]]]:
    """The facts of an edition, and every reason why a row or a link of it is none."""
    batch, verdict = judged(folder)
    return batch, [*verdict.refusals.to_dicts(), *verdict.waiting.to_dicts()]


#: The code of a link that waits for its end.
WAITS = "link-ends-exist"

#: A cell for each way to be bad, no two of them in one row: table, row, column, value, and the code of its refusal.
BAD_CELLS = (
    ("platforms", 5, "trl_max", "12", "readiness-level-range"),
    ("platforms", 7, "trl_min", "six", "not-integer"),
    ("platform_readiness", 2, "level_max", "12", "readiness-level-range"),
    ("projects", 3, "start", "31.12.2020", "date-exists"),
    ("projects", 4, "end", "2021-02-30", "date-exists"),
    ("projects", 5, "budget_eur", "1,5 M€", "not-number"),
    ("actors", 9, "type", "wizard", "actor-type-known"),
    ("actors", 10, "website", "www.example.fi", "address-well-formed"),
    ("actors", 11, "region_id", "reg-uusimaa", WAITS),
    ("actors", 12, "id", "act with spaces", "id-well-formed"),
    ("actors", 13, "name", "", "required"),
    ("memberships", 7, "actor_id", "act-nobody", WAITS),
    ("clusters", 4, "on_eccp", "perhaps", "not-boolean"),
    ("clusters", 5, "region_ids", "reg-lappi;reg-nowhere", WAITS),
    ("value_chain_flows", 3, "to_order", "77", WAITS),
    ("value_chain_flows", 4, "kind", "teleport", "flow-kind-known"),
    ("platform_or_actor_competences", 8, "competence_label", "Taikuus", "disagrees"),
    ("platforms", 6, "competence_labels", "Taikuus", "unknown-label"),
    ("network_memberships", 2, "since", "last year", "date-exists"),
    ("actors", 2, "business_id", "0937073-8", "business-id-check-digit"),
    ("actors", 14, "size", "huge", "size-known"),
    ("actors", 15, "status", "asleep", "status-known"),
    ("value_chain_actors", 4, "status_year", "soon", "date-exists"),
    ("projects", 6, "budget_eur", "1e400", "not-number"),
    ("projects", 7, "budget_eur", "nan", "not-number"),
    ("value_chain_stages", 50, "order", "first", "not-integer"),
    ("documents", 2, "date", "2021-13", "date-exists"),
)


def test_a_bad_cell_refuses_its_row_and_says_where(tmp_path: Path, enf_batch: Batch) -> None:
    folder = copy(tmp_path)
    wrong = {(set_cell(folder, name, row, column, value), column, code) for name, row, column, value, code in BAD_CELLS}
    records = {record for record, _, _ in wrong}
    assert len(records) == len(BAD_CELLS)
    batch, verdict = judged(folder)
    said = [*verdict.refusals.to_dicts(), *verdict.waiting.to_dicts()]
    # Each is said with its own reason and by the file's own column, and no other cell of these rows is blamed.
    blamed = {(r["record"], r["column"], r["code"].removesuffix("-near")) for r in said if r["record"] in records}
    assert wrong <= blamed
    assert {(record, column) for record, column, _ in blamed} == {(record, column) for record, column, _ in wrong}
    assert all(r["message_fi"] and r["message_sv"] and r["message_en"] for r in said)
    assert all("{" not in r["message_en"] for r in said)
    # Nothing of the refused rows is a fact, and what hangs on them waits.
    gone = {record for record, _, code in wrong if code != WAITS}
    assert set(verdict.refusals["record"]) == gone
    assert gone.isdisjoint(_facts_by_record(batch))
    hanging = {"link-end-refused", WAITS, f"{WAITS}-near"}
    assert set(verdict.waiting["code"]) <= hanging
    assert verdict.refused == len(gone)


def test_a_refusal_names_what_would_be_right(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    wrong = {
        ("actors", 5, "region_id", "Kainuu"): "reg-kainuu",
        ("actors", 6, "region_id", "reg-lapi"): "reg-lappi",
        ("platform_or_actor_competences", 8, "competence_label", "Taikuus"): "",
    }
    records = {set_cell(folder, *cell): cell for cell in wrong}
    with (ENF / "platform_or_actor_competences.csv").open(encoding="utf-8") as file:
        expected = list(csv.DictReader(file))[6]["competence_label"]
    said = {r["record"]: r for r in refused(folder)[1]}
    for record, cell in records.items():
        right = wrong[cell] or expected
        assert all(right in said[record][f"message_{language}"] for language in ("fi", "sv", "en")), said[record]
    assert "did you mean" not in _unknown(tmp_path / "again", "Uusimaa")
    assert "did you mean reg-kainuu" in _unknown(tmp_path / "near", "reg-kainu")


def _unknown(folder: Path, region: str) -> str:
    folder.mkdir()
    folder = copy(folder)
    record = set_cell(folder, "actors", 5, "region_id", region)
    return next(str(r["message_en"]) for r in refused(folder)[1] if r["record"] == record)


def test_what_hangs_on_a_refused_row_falls_with_it(tmp_path: Path, enf_batch: Batch) -> None:
    folder = copy(tmp_path)
    set_cell(folder, "actors", 2, "website", "nowhere")  # act-lapin-liitto: council, coordinator, participant
    batch, verdict = judged(folder)
    assert "act-lapin-liitto" not in batch.entities[Kind.ACTOR]["id"]
    assert verdict.refusals["record"].to_list() == ["actors.csv#row=2"]  # the cause
    assert set(verdict.waiting["code"]) == {"link-end-refused"}  # and what follows is named as such
    fallen = {r.partition("#")[0] for r in verdict.waiting["record"]}
    assert {"regions.csv", "projects.csv", "project_participants.csv"} <= fallen
    assert "reg-lappi" in batch.entities[Kind.REGION]["id"]  # whose council is not known now, and that is all
    for frame in batch.links.values():
        known = pl.concat([f["id"] for f in batch.entities.values()]).implode()
        assert frame.filter(~pl.col("subject").is_in(known) | ~pl.col("object").is_in(known)).is_empty()


def test_a_row_with_a_field_too_many_is_refused_alone(tmp_path: Path, enf_batch: Batch) -> None:
    folder = copy(tmp_path)
    path = folder / "memberships.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[3] += ",one more"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    batch, refusals = refused(folder)
    assert [(r["record"], r["code"]) for r in refusals] == [("memberships.csv#row=4", "field-count")]
    assert len(_facts_by_record(batch)) == enf_batch.rows_read - 1


def test_a_duplicate_id_refuses_the_later_row(tmp_path: Path) -> None:
    folder = copy(tmp_path)

    def twice(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        return [*rows, dict(rows[0])]

    change(folder, "competences", twice)
    _, refusals = refused(folder)
    assert [(r["record"], r["column"], r["code"]) for r in refusals] == [
        ("competences.csv#row=69", "id", "id-once-in-source")
    ]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / "clusters.csv").unlink()
    with pytest.raises(MissingFile, match=r"^clusters\.csv: ") as caught:
        load("enf", folder)
    assert caught.value.file == "clusters.csv"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="no folder"):
        load("enf", tmp_path / "nowhere")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    path = folder / "memberships.csv"
    path.write_text(path.read_text("utf-8").replace("actor_id,", "actor,", 1), "utf-8")
    with pytest.raises(MissingColumn) as caught:
        load("enf", folder)
    assert (caught.value.file, caught.value.column) == ("memberships.csv", "actor_id")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b'actor_id,cluster_id,role,source_url,source_note\n"open', "quoting"),
        ("actor_id,cluster_id,role,source_url,source_note\nä,b,c,d,e\n".encode("latin-1"), "UTF-8"),
        (b"actor_id,cluster_id,role,role,source_url,source_note\n", "twice"),
        (b"actor_id,cluster_id,role,source_url,source_note,colour\n", "not known"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "LFS"),
        (b"actor_id,cluster_id\0\n", "NUL"),
    ],
)
def test_a_file_that_is_no_table_is_said_to_be_broken(tmp_path: Path, data: bytes, words: str) -> None:
    folder = copy(tmp_path)
    (folder / "memberships.csv").write_bytes(data)
    with pytest.raises(BrokenTable, match=words) as caught:
        load("enf", folder)
    assert str(caught.value).startswith("memberships.csv")


def test_an_edition_of_ones_own_has_its_own_data_date(tmp_path: Path, enf_batch: Batch) -> None:
    assert enf_batch.source.retrieved == EDITION
    assert enf_batch.source.sha256 == EDITION_SHA256
    folder = copy(tmp_path)
    set_cell(folder, "actors", 9, "website", "https://example.org")
    for path in folder.iterdir():
        os.utime(path, (0, 86400 * 365.25 * 30))
    assert load("enf", folder).source.retrieved.isoformat() == "2000-01-01"


def test_dialects_that_people_save_are_read_the_same(tmp_path: Path, enf_batch: Batch) -> None:
    """A byte order mark, Windows line ends and semicolons change nothing."""
    folder = copy(tmp_path)
    path = folder / "memberships.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)
    batch, refusals = refused(folder)
    assert refusals == []
    assert batch.links[Relation.MEMBER_OF].equals(enf_batch.links[Relation.MEMBER_OF])
    assert batch.source.sha256 != enf_batch.source.sha256


def test_all_input_errors_are_one_sentence_with_a_place(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / "actors.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError) as caught:
        load("enf", folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400", "NaN"])
def test_a_number_that_json_cannot_carry_is_refused(tmp_path: Path, value: str) -> None:
    source = copy(tmp_path / "data")
    set_cell(source, "projects", 2, "budget_eur", value)
    refused = load("enf", source).refusals
    assert refused.select("record", "column", "value", "code").row(0) == (
        "projects.csv#row=2", "budget_eur", value, "not-number"
    )  # fmt: skip


def test_seats_and_sites_are_told_apart(enf_batch: Batch) -> None:
    located = enf_batch.links[Relation.LOCATED_IN]
    gtk = located.filter(pl.col("subject") == "act-gtk")
    assert set(gtk.select("place", "object", "municipality").iter_rows()) == {
        ("site", "reg-pohjois-karjala", "Outokumpu"),
        ("site", "reg-pohjois-savo", "Kuopio"),
        ("site", "reg-lappi", "Rovaniemi"),
        ("site", "reg-keski-pohjanmaa", "Kokkola"),
    }
    assert located["place"].value_counts().sort("place").rows() == [(None, 93), ("seat", 179), ("site", 69)]


def test_statuses_are_those_of_the_edition(enf_batch: Batch) -> None:
    for frame, counts in (
        (enf_batch.entities[Kind.ACTOR], {"active": 23, "planned": 4, "historical": 1, "unknown": 1}),
        (enf_batch.links[Relation.WORKS_IN], {"active": 42, "planned": 15, "historical": 1, "unknown": 1}),
    ):
        said = frame.filter(pl.col("status").is_not_null())
        assert dict(said["status"].value_counts().iter_rows()) == counts
        assert said["status_source_url"].null_count() == 0


def test_an_actor_without_a_region_is_no_less_of_an_actor_and_a_site_without_one_is_refused(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    record = set_cell(folder, "actor_sites", 2, "region_id", "")
    batch, refusals = refused(folder)
    assert [(r["record"], r["column"]) for r in refusals] == [(record, "region_id")]
    located = set(batch.links[Relation.LOCATED_IN]["subject"])
    assert len([id for id in batch.entities[Kind.ACTOR]["id"] if id not in located]) == 37


def test_every_column_of_a_refusal_is_one_of_the_file(enf_batch: Batch) -> None:
    for place, columns in enf_batch.columns.items():
        file = place.partition("/")[0].removesuffix(".csv")
        assert set(columns.values()) <= set(FILES[file].columns), place
    # Each of its columns that a rule can be about is known by its own name: nothing is called subject or object.
    for name, frame in (*enf_batch.entities.items(), *enf_batch.links.items()):
        for file in frame["record"].str.replace("#.*", "").unique():
            ends = {"id"} if isinstance(name, Kind) else {"subject", "object"}
            known = enf_batch.columns.get(f"{file}/{name}", {})
            assert ends - known.keys() <= set(FILES[file.removesuffix(".csv")].columns), (file, name)


def test_a_label_in_a_list_is_followed_when_the_row_of_its_competence_is_refused(tmp_path: Path) -> None:
    """It is not lost: the link is there, and waits for the competence."""
    folder = copy(tmp_path)

    mapped = load("enf", folder).links[Relation.HAS_COMPETENCE].filter(pl.col("subject") == "pf-cec")["object"]
    with (folder / "competences.csv").open(encoding="utf-8") as file:
        rows = enumerate(csv.DictReader(file), 2)
        row, label = next(
            (n, r["label_fi"]) for n, r in rows if r["notation"].count(".") == 2 and r["id"] not in mapped
        )
    with (folder / "platforms.csv").open(encoding="utf-8") as file:
        platform = next(n for n, row in enumerate(csv.DictReader(file), 2) if row["id"] == "pf-cec")
    listed = set_cell(folder, "platforms", platform, "competence_labels", f"{label.replace(';', ',')};")
    set_cell(folder, "competences", row, "label_en", "")
    _, verdict = judged(folder)
    assert verdict.refusals["code"].to_list() == ["required"]
    waiting = verdict.waiting.filter(pl.col("record") == listed)
    assert [code.removesuffix("-near") for code in waiting["code"]] == [WAITS]


class Odd:
    """What stands where a table should be."""

    @staticmethod
    def loop(path: Path) -> None:
        path.symlink_to(path.name)

    @staticmethod
    def pipe(path: Path) -> None:
        os.mkfifo(path)

    @staticmethod
    def device(path: Path) -> None:
        path.symlink_to("/dev/zero")

    @staticmethod
    def folder(path: Path) -> None:
        path.mkdir()


@pytest.mark.parametrize(
    ("kind", "key"),
    [("loop", "file-unreadable"), ("pipe", "not-a-file"), ("device", "not-a-file"), ("folder", "folder-not-table")],
)
def test_what_is_no_file_is_said_and_never_waited_for(tmp_path: Path, kind: str, key: str) -> None:
    folder = copy(tmp_path)
    (folder / "memberships.csv").unlink()
    getattr(Odd, kind)(folder / "memberships.csv")
    with pytest.raises(BrokenTable) as caught:
        load("enf", folder)
    assert (caught.value.key, caught.value.file) == (key, "memberships.csv")
    assert len({caught.value.said(language) for language in LANGUAGES}) == 3


def test_a_loop_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(BrokenTable) as caught:
        load("enf", tmp_path / "loop")
    assert caught.value.key == "file-unreadable"


@pytest.mark.skipif(os.name != "posix", reason="who may read is asked differently elsewhere")
def test_what_may_not_be_read_is_said() -> None:
    with tempfile.TemporaryDirectory() as base:
        Path(base).chmod(0o755)
        folder = copy(Path(base))
        (folder / "memberships.csv").chmod(0)
        with _as_nobody(), pytest.raises(BrokenTable) as caught:
            load("enf", folder)
        assert (caught.value.key, caught.value.file) == ("file-unreadable", "memberships.csv")
        Path(base).chmod(0o700)
        if os.geteuid() == 0:
            with _as_nobody(), pytest.raises(BrokenTable) as caught:
                load("enf", folder)
            assert (caught.value.key, caught.value.file) == ("file-unreadable", str(folder))


@contextlib.contextmanager
def _as_nobody() -> Iterator[None]:
    """Whoever may read everything becomes somebody who may not."""
    own = os.geteuid()
    if own == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(own)

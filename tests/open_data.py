"""Open data that lies beside the project and not in it: a sample of it as a batch, or the reason why there is none."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from conftest import ROOT

from ontology.facts import Batch, Source
from ontology.metagraph import Kind, Relation

CORDIS = ROOT.parent / "shared" / "data" / "cordis"


def cordis(many: int) -> Batch:
    """So many of the first participations of Horizon 2020 (CORDIS, CC BY 4.0): who took part in which project."""
    participations, names = CORDIS / "h2020_participations_to_2018.csv.gz", CORDIS / "pic_names.csv"
    if not (participations.is_file() and names.is_file()):
        pytest.skip("the CORDIS sample does not lie beside this checkout: ../shared/data/cordis")
    told = pl.read_csv(participations, infer_schema=False, n_rows=many).with_columns(
        record=pl.format("participations.csv#row={}", pl.int_range(2, pl.len() + 2)), method=pl.lit("stated")
    )
    known = pl.read_csv(names, infer_schema=False).select("pic", label_und="legal_name").unique("pic", keep="first")
    actors = told.unique("pic", keep="first", maintain_order=True).join(known, on="pic", how="left")
    projects = told.unique("rcn", keep="first", maintain_order=True)
    return Batch(
        Source("cordis", "CORDIS, Horizon 2020", "European Commission", "CC BY 4.0", None, date(2018, 1, 1), str(many)),
        {
            Kind.ACTOR: actors.select("label_und", "record", "method", id="pic-" + pl.col("pic")),
            Kind.PROJECT: projects.select(
                "record", "method", id="rcn-" + pl.col("rcn"), label_und="rcn", start="start_date", end="end_date"
            ),
        },
        {
            Relation.PARTICIPATES_IN: told.select(
                "record", "method", "role", subject="pic-" + pl.col("pic"), object="rcn-" + pl.col("rcn")
            )
        },
        read={"participations.csv": told.height},
    )

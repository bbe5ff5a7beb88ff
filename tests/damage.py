"""Copies of the reference data with something wrong in them."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

ENF = Path(__file__).resolve().parents[1] / "data" / "enf"

Rows = list[dict[str, str]]


def copy(folder: Path) -> Path:
    """Copy the reference data into a folder."""
    target = folder / "enf"
    shutil.copytree(ENF, target)
    return target


def change(folder: Path, name: str, edit: Callable[[Rows], Rows | None]) -> None:
    """Rewrite one table after `edit` has changed its rows."""
    path = folder / f"{name}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows = edit(rows) or rows
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def set_cell(folder: Path, name: str, row: int, column: str, value: str) -> str:
    """Write one cell; `row` counts as people do, the header being 1. Returns the record that it is in."""

    def edit(rows: Rows) -> None:
        rows[row - 2][column] = value

    change(folder, name, edit)
    return f"{name}.csv#row={row}"

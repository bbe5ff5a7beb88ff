"""Compares every answer of two checkouts over all ENF entities: `python -m tools.compare BASE NEW`.

Both are asked the same questions (`tools/probe.py`): tables, RDF, HTTP, the command line, frames, pictures. Answers
must be equal byte for byte, but for the differences that are listed (`tools/differences/`). What the command line
prints for people is counted apart: it is meant to get better. The exit code is 1 if anything is not explained.

The two are run with different seeds of hashing, so that an order that hangs on it is found. With `--keep FOLDER` the
answers stay in `base` and `new` there, and who has a folder already is not asked again: the way to write the list.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.differences import DIFFERENCES
from tools.rewriting import Answer, Difference
from tools.verdict import Verdict, judge, places, read

PROBE = Path(__file__).with_name("probe.py")

#: Text for people is compared and reported, and does not count as a failure.
APART = ("cli-text",)

_UNNUMBERED = re.compile(r"\[[0-9]+\]")


@dataclass
class Tally:
    """What became of the answers of one group."""

    group: str
    compared: int = 0
    equal: int = 0
    explained: int = 0
    unexplained: list[tuple[Answer, Verdict]] = field(default_factory=list)  # with what is left of them


def ask(sides: Mapping[str, tuple[Path, str]], folder: Path) -> None:
    """Run the probe in each checkout whose answers are not there, both at once; ends the program if one fails."""
    running = {}
    for seed, (side, (checkout, python)) in enumerate(sides.items(), 1):
        if (folder / side).exists():
            print(f"  {side}: the answers in {folder / side}", file=sys.stderr)
            continue
        out = folder / f"{side}-half"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        # With PYTHONSAFEPATH the folder of the probe does not come first, and its modules are not in the way.
        own = {"PYTHONPATH": str(checkout), "PYTHONSAFEPATH": "1", "PYTHONHASHSEED": str(seed)}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ARVOVERKKO_")} | own
        running[side] = subprocess.Popen([python, str(PROBE), side, str(out)], cwd=checkout, env=environment)
    codes = {side: process.wait() for side, process in running.items()}
    if any(codes.values()):
        raise SystemExit(f"not every checkout could be asked; exit codes: {codes}")
    for side in codes:
        (folder / f"{side}-half").rename(folder / side)


def lines(path: Path) -> dict[str, str]:
    """Return the lines of a group by question and language; the file may be missing."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8") as file:
        # They stand first in a line, and no text within has an unescaped quotation mark: equal lines are not read.
        return {line.partition(', "form": ')[0]: line for line in file}


def compare(group: str, base: Path, new: Path, listed: Sequence[Difference], uses: Counter[int]) -> Tally:
    """Compare the answers of one group; `uses` counts the answers that each difference explained."""
    tally = Tally(group)
    olds, news = lines(base), lines(new)
    for key in dict.fromkeys((*olds, *news)):
        tally.compared += 1
        if olds.get(key) == news.get(key):
            tally.equal += 1
            continue
        old, one = (read(group, side[key]) if key in side else None for side in (olds, news))
        verdict = judge(old, one, listed)
        # One that took a part in what is not explained is no dead entry either.
        uses.update(place for place, each in enumerate(listed) if any(each is used for used in verdict.used))
        if verdict.equal:
            tally.explained += 1
        else:
            tally.unexplained += [(asked, verdict) for asked in (old or one,) if asked]
    return tally


def report(tallies: Sequence[Tally], listed: Sequence[Difference], uses: Counter[int], most: int) -> Iterator[str]:
    """Return what was found as lines of text."""
    yield f"{'':24}{'compared':>10}{'equal':>10}{'explained':>11}{'unexplained':>13}"
    for tally in tallies:
        note = "  (text for people: not counted)" if tally.group in APART else ""
        yield f"{tally.group:24}{_row(tally)}{note}"
    total = Tally("all")
    for tally in tallies:
        total.compared += tally.compared
        total.equal += tally.equal
        total.explained += tally.explained
        total.unexplained += tally.unexplained
    yield f"{'all':24}{_row(total)}"
    yield ""
    yield f"{len(listed)} differences are listed{', with the answers that each explains:' if listed else ''}"
    for place, each in enumerate(listed):
        idle = "" if uses[place] else "   EXPLAINS NOTHING: take it out of the list"
        yield f"{uses[place]:8}  {type(each).__name__}: {each.because}{idle}"
    for tally in tallies:
        if tally.unexplained:
            yield ""
            yield f"{tally.group}: {len(tally.unexplained)} not explained"
            yield from _left(tally.unexplained, most)


def _left(unexplained: Sequence[tuple[Answer, Verdict]], most: int) -> Iterator[str]:
    """Return where answers differ, the places that most of them have in common first, with an example a language."""
    often: Counter[str] = Counter()
    examples: dict[str, dict[str, tuple[str, str, str]]] = defaultdict(dict)
    for answer, verdict in unexplained:
        here = [(_UNNUMBERED.sub("", place), old, new) for place, old, new in _differing(verdict)]
        often.update(list(dict.fromkeys(place for place, *_ in here)))
        for place, old, new in here:
            known = examples[place]
            # Where there are no languages, three of them.
            known.setdefault(answer.language or f"{min(len(known), 2)}", (answer.question, old, new))
    for place, number in often.most_common(most):
        yield f"  {number} × {place}"
        for language, (question, old, new) in examples[place].items():
            yield f"    {question}  {language if language.isalpha() else ''}".rstrip()
            yield f"      - {old}"
            yield f"      + {new}"
    if len(often) > most:
        yield f"  … and {len(often) - most} more places (--most)"


def _differing(verdict: Verdict) -> Iterable[tuple[str, str, str]]:
    if verdict.old is None or verdict.new is None:
        here, away = "(is asked)", "(is not asked)"
        return [("the question", *((away, here) if verdict.old is None else (here, away)))]
    return places(verdict.old, verdict.new)


def _row(tally: Tally) -> str:
    return f"{tally.compared:10}{tally.equal:10}{tally.explained:11}{len(tally.unexplained):13}"


def main() -> None:
    """Ask both, compare, and say what differs."""
    parser = argparse.ArgumentParser(prog="python -m tools.compare", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("base", type=Path, help="the checkout to compare with, such as a clone of the parent commit")
    parser.add_argument("new", type=Path, help="the checkout that was changed")
    parser.add_argument("--python-base", default=sys.executable, help="the interpreter for BASE")
    parser.add_argument("--python-new", default=sys.executable, help="the interpreter for NEW")
    parser.add_argument("--keep", type=Path, help="a folder in which answers stay; those there are not asked again")
    parser.add_argument(
        "--most", type=int, default=10, help="how many places of a group are shown that are not explained"
    )
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="compare-") as place:
        folder = chosen.keep or Path(place)
        both = {"base": (chosen.base, chosen.python_base), "new": (chosen.new, chosen.python_new)}
        ask({side: (checkout.resolve(), python) for side, (checkout, python) in both.items()}, folder.resolve())
        groups = sorted({path.name for side in ("base", "new") for path in (folder / side).glob("*.jsonl")})
        uses: Counter[int] = Counter()
        tallies = [compare(Path(n).stem, folder / "base" / n, folder / "new" / n, DIFFERENCES, uses) for n in groups]
    for line in report(tallies, DIFFERENCES, uses, chosen.most):
        print(line)
    print(f"\n{time.monotonic() - began:.0f} s")
    raise SystemExit(any(tally.unexplained for tally in tallies if tally.group not in APART) or not tallies)


if __name__ == "__main__":
    main()

"""Where those on a picture are: the regions of its map by their codes, and other regions as themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from graph.stores.directory import Directory
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation

#: The regions' codes on a picture, by NUTS 2024 code: too small to print a name, too many for colour alone.
REGION_CODES = {
    "FI1D7": "LA",
    "FI1D9": "PP",
    "FI1D8": "KA",
    "FI1D5": "KP",
    "FI1DB": "PS",
    "FI1DC": "PK",
    "FI1DA": "ES",
}
#: Regions that a picture has room for; the smallest of more are "elsewhere".
MOST_REGIONS = 10
ELSEWHERE = "↗"


@dataclass(frozen=True)
class Places:
    """The region ids that each code stands for, in the picture's order, and the code of each id."""

    regions: Mapping[str, tuple[str, ...]]

    @property
    def codes(self) -> Mapping[str, str]:
        """The code of each region."""
        return {region: code for code, regions in self.regions.items() for region in regions}


def find_places(tables: Tables, directory: Directory, there: Mapping[str, int]) -> Places:
    """Give codes to the regions of the map and to those where somebody is; `there` counts who is in each.

    What lies in a region of the map has its code. The others are themselves, while there is room for them.
    """
    regions = tables.scan(Kind.REGION).filter(pl.col("nuts_2024").is_in(list(REGION_CODES))).select("id", "nuts_2024")
    by_nuts = {nuts: id for id, nuts in regions.collect().iter_rows()}
    found: dict[str, tuple[str, ...]] = {
        code: (by_nuts[nuts],) for nuts, code in REGION_CODES.items() if nuts in by_nuts
    }
    on_map = {regions[0]: code for code, regions in found.items()}
    holds = _holding(tables, there, on_map)
    for region, holder in holds.items():
        found[on_map[holder]] += (region,)
    others = sorted((id for id in there if id not in on_map and id not in holds), key=lambda id: (-there[id], id))
    room = MOST_REGIONS - len(found)
    own = others if len(others) <= room else others[: room - 1]
    for region in own:
        found[_code(directory.label(region), found)] = (region,)
    if rest := others[len(own) :]:
        found[ELSEWHERE] = tuple(rest)
    return Places(MappingProxyType(found))


def _holding(tables: Tables, regions: Iterable[str], on_map: Mapping[str, str]) -> dict[str, str]:
    """For each region that lies in one of the map, at any depth, the id of that one."""
    inside = {id: {id} for id in regions if id not in on_map}
    found: dict[str, str] = {}
    seen: set[str] = set()
    parts = tables.scan(Relation.PART_OF).select("subject", "object")
    while ids := set().union(*inside.values()) - seen:
        seen |= ids
        above = parts.filter(pl.col("subject").is_in(list(ids))).collect().rows()
        for region, known in inside.items():
            known |= {object for subject, object in above if subject in known}
            if region not in found and (holder := next((id for id in on_map if id in known), None)):
                found[region] = holder
    return found


def _code(name: str, taken: Iterable[str]) -> str:
    """A code of a name's first letters, that no other region has."""
    letters = "".join(sign for sign in name.upper() if sign.isalpha())
    free = (letters[:3], *(f"{letters[:2]}{number}" for number in range(2, MOST_REGIONS + 2)))
    return next(code for code in free if code and code not in taken)

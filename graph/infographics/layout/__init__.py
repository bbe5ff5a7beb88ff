"""From a chain picture to boxes, ribbons and lines of text: all the thinking of an infographic is here."""

from __future__ import annotations

from dataclasses import dataclass

from graph.infographics.layout.describe import describe
from graph.infographics.layout.flows import FlowPlan, flow_band, plan_flows
from graph.infographics.layout.footer import HEIGHT as FOOTER_HEIGHT
from graph.infographics.layout.footer import footer
from graph.infographics.layout.gaps import gap_row, gaps_height
from graph.infographics.layout.header import FIGURES_HEIGHT, MAP_WIDTH, header, key_figures, tile_map
from graph.infographics.layout.legend import legend, legend_height
from graph.infographics.layout.participants import Setting, actor_row, actors_height, platform_row, platforms_height
from graph.infographics.layout.sheet import Sheet, Type
from graph.infographics.layout.stages import chevrons, chevrons_height, descriptions, descriptions_height
from graph.infographics.model import ChainPicture
from graph.infographics.page import Page
from graph.infographics.primitives import Group, Item, Layout, Rect
from graph.infographics.text import told
from graph.infographics.theme import Theme

TITLE_ROOM = 15.0  # heading of a row
ROW_GAP = 9.0
MORE_FOR_ACTORS = 22.0  # pixels that the panels of actors may be taller than they need
# From roomy to tight; the first in which everything has its place is taken.
SETTINGS = (
    *(Setting(scale, True, True) for scale in (1.24, 1.18, 1.12, 1.06)),
    *(Setting(scale, True) for scale in (1.18, 1.12, 1.06, 1.0)),
    *(Setting(scale, False) for scale in (1.06, 1.0, 0.96, 0.92)),
)


@dataclass(frozen=True)
class _Rows:
    """Heights of the four rows under the chevrons, and how they are set."""

    setting: Setting
    plan: FlowPlan
    flows: float
    actors: float
    platforms: float
    gaps: float
    air: float = 0.0  # added between the rows


def lay_out(chain: ChainPicture, page: Page, theme: Theme) -> Layout:
    """Lay out a chain on a page. Pure: the same chain, page and theme give an equal layout."""
    sheet = Sheet(chain, page, theme)
    f = sheet.f
    items: list[Item] = [Rect(0, 0, page.width, page.height, 0, theme.paper)]
    top = page.margin * 0.9
    side = sheet.inner - MAP_WIDTH * f - 22 * f
    head, below = header(sheet, top, side)
    figures_top = max(below + 9 * f, top + 52 * f)
    figures_bottom = figures_top + FIGURES_HEIGHT * f
    map_left = page.width - page.margin - MAP_WIDTH * f
    items += [head, key_figures(sheet, figures_top, side)]
    items.append(tile_map(sheet, map_left, top, MAP_WIDTH * f, figures_bottom - top))
    y = figures_bottom + 11 * f
    height = chevrons_height(sheet)
    items.append(chevrons(sheet, y, height))
    y += height + 6 * f
    foot = page.height - page.margin * 0.62 - FOOTER_HEIGHT * f
    legend_top = foot - legend_height(sheet) - 6 * f
    items += _rows(sheet, y, legend_top - 16 * f)
    items += [
        Rect(sheet.left, legend_top - 8 * f, sheet.inner, 0.8 * f, 0.0, theme.line),
        legend(sheet, legend_top),
    ]
    items.append(footer(sheet, foot))
    root = Group(sheet.id("page"), tuple(items))
    title = told(chain.title) or sheet.word("unnamed")
    return Layout(sheet.prefix, page, title, describe(sheet), chain.language, chain.data_date, root)


def _rows(sheet: Sheet, top: float, bottom: float) -> list[Item]:
    rows = _share(sheet, bottom - top)
    f = sheet.f
    items: list[Item] = []
    y = top
    if rows.setting.descriptions and descriptions_height(sheet):
        items.append(descriptions(sheet, y + 3 * f))
        y += descriptions_height(sheet)
    items.append(flow_band(sheet, rows.plan, y, rows.flows))
    y += rows.flows + 4 * f + rows.air
    if text := _left_out(sheet, rows.plan):
        items.append(sheet.text(text, Type(8.6 * f, 600), sheet.left, y, sheet.inner, sheet.theme.ink))
        y += 12 * f
    items += [
        _heading(sheet, "row_actors", y),
        actor_row(sheet, rows.setting, y + TITLE_ROOM * f, rows.actors),
    ]
    y += TITLE_ROOM * f + rows.actors + ROW_GAP * f + rows.air
    if rows.platforms:
        items.append(_heading(sheet, "row_platforms", y))
        items.append(platform_row(sheet, rows.setting, y + TITLE_ROOM * f, rows.platforms))
        y += TITLE_ROOM * f + rows.platforms + ROW_GAP * f + rows.air
    if rows.gaps:
        items.append(_heading(sheet, "row_gaps", y))
        items.append(gap_row(sheet, rows.setting, y + TITLE_ROOM * f, rows.gaps))
    return items


def _left_out(sheet: Sheet, plan: FlowPlan) -> str:
    """What the picture leaves out, where it does."""
    left_out = (("more_flows", plan.hidden), ("more_stages", sheet.chain.more_stages))
    return " · ".join(sheet.word(key, count=count) for key, count in left_out if count)


def _heading(sheet: Sheet, key: str, y: float) -> Group:
    text = sheet.text(
        sheet.word(key),
        Type(9.2 * sheet.f, 700),
        sheet.left,
        y + 2 * sheet.f,
        sheet.inner,
        sheet.theme.soft_ink,
    )
    return Group(sheet.id(key.replace("_", "-")), (text,))


def _share(sheet: Sheet, room: float) -> _Rows:
    """Share the height among the rows: first what each needs, then the spare to the flows and the actors."""
    f = sheet.f
    plan = plan_flows(sheet, room * 0.42)
    for setting in SETTINGS:
        comfortable = plan.height(max(plan.least_unit, (22 if setting.scale > 1.1 else 18) * f))
        actors = actors_height(sheet, setting)
        platforms, gaps = platforms_height(sheet, setting), gaps_height(sheet, setting)
        fixed = _between(sheet, plan, platforms, gaps) + platforms + gaps
        fixed += descriptions_height(sheet) if setting.descriptions else 0.0
        spare = room - fixed - actors - comfortable
        if spare < 0:
            continue
        more_flows = min(spare, max(0.0, plan.best_height(f) - comfortable))
        more_actors = min(spare - more_flows, MORE_FOR_ACTORS * f)
        air = (spare - more_flows - more_actors) / (2 + bool(platforms) + bool(gaps))
        return _Rows(setting, plan, comfortable + more_flows, actors + more_actors, platforms, gaps, air)
    setting = SETTINGS[-1]
    flows = plan.height(plan.least_unit)
    needs = [actors_height(sheet, setting), platforms_height(sheet, setting), gaps_height(sheet, setting)]
    left = room - _between(sheet, plan, needs[1], needs[2]) - flows
    actors, platforms, gaps = _fair(left, needs, (1.5, 0.8, 1.0))
    return _Rows(setting, plan, flows, actors, platforms, gaps)


def _between(sheet: Sheet, plan: FlowPlan, platforms: float, gaps: float) -> float:
    """Headings and gaps between the rows that there are."""
    rows = 1 + bool(platforms) + bool(gaps)
    left_out = 12.0 if _left_out(sheet, plan) else 0.0
    return (4 + rows * TITLE_ROOM + (rows - 1) * ROW_GAP + left_out) * sheet.f


def _fair(room: float, needs: list[float], weights: tuple[float, ...]) -> list[float]:
    """Give every row its need if that is less than its weighted share; the others share the rest."""
    given = [0.0] * len(needs)
    open_rows = [i for i, need in enumerate(needs) if need > 0]
    left = room
    while open_rows:
        total = sum(weights[i] for i in open_rows)
        content = [i for i in open_rows if needs[i] <= left * weights[i] / total]
        if not content:
            for i in open_rows:
                given[i] = max(0.0, left * weights[i] / total)
            break
        for i in content:
            given[i] = needs[i]
            left -= needs[i]
            open_rows.remove(i)
    return given


__all__ = ["lay_out"]

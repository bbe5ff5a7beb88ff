"""Make the four shipped fonts from an upstream Inter release (run by hand; needs fonttools and brotli).

    python -m tools.fonts FOLDER_WITH_UPSTREAM_WOFF2

The folder holds the static cuts of the Inter family (`Inter-Regular.woff2` and so on, from the `web/` folder
of the npm package `inter-ui`, version 4.1.1). Each cut is reduced to the characters in `RANGES` and written
into `graph/infographics/fonts/` as TTF (measured by HarfBuzz, read by the PDF and PNG writers) and WOFF2 (embedded
in SVG).

Ligatures, contextual alternates and combining marks are left out on purpose: every renderer then draws what
was measured, and every glyph in a PDF leads back to one character.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "graph" / "infographics" / "fonts"
CUTS = ("Regular", "Medium", "SemiBold", "Bold")
RANGES = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x00FF),  # Latin-1
    (0x0100, 0x024F),  # Latin Extended-A and -B: Sámi and the other languages of Europe
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x2030),
    (0x2032, 0x2033),
    (0x2039, 0x203A),
    (0x2070, 0x2094),
    (0x20AC, 0x20AC),
    (0x2122, 0x2122),
    (0x2190, 0x2199),
    (0x2212, 0x2212),
    (0x2260, 0x2265),
    (0x25A1, 0x25A1),  # stands for a character that is not here
)
FEATURES = ["kern"]


def subset_cut(source: Path, folder: Path) -> None:
    """Write the TTF and WOFF2 subset of one upstream cut into the folder."""
    subset = import_module("fontTools.subset")
    new_font = import_module("fontTools.ttLib").TTFont
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.recalc_timestamp = False
    font = new_font(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    for flavour, suffix in ((None, ".ttf"), ("woff2", ".woff2")):
        font.flavor = flavour
        font.save(folder / (source.stem + suffix))


def main() -> None:
    """Read the upstream folder named on the command line and write the eight files."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m tools.fonts FOLDER_WITH_UPSTREAM_WOFF2")
    for cut in CUTS:
        subset_cut(Path(sys.argv[1]) / f"Inter-{cut}.woff2", FOLDER)


if __name__ == "__main__":
    main()

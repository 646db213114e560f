# SPDX-License-Identifier: Apache-2.0
"""A heat map: conditions down, accents across, the number in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stresstest.sections._figures import BLUE, INK, SOFT, VERMILION, drawn
from stresstest.sections.base import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELL_IN, ROW_IN = 0.72, 0.29
ROWS_A_FIGURE = 30
EDGE = {"good": BLUE, "bad": VERMILION, "unsure": SOFT}


@dataclass(frozen=True, slots=True)
class Tile:
    """One cell: its text, its value on the color scale (None: no color); hatched where it is not to be compared."""

    text: str
    value: float | None
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Heat:
    """Rows of tiles under column names, and at most one column more at the right, apart, as (text, tone)."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    tiles: tuple[tuple[Tile, ...], ...]
    colors: str
    low: float
    high: float
    beside: str = ""
    beside_tiles: tuple[tuple[str, str], ...] = ()

    def part(self, start: int, stop: int) -> Heat:
        """The rows from `start` to before `stop`."""
        return Heat(
            self.rows[start:stop], self.columns, self.tiles[start:stop], self.colors, self.low, self.high, self.beside,
            self.beside_tiles[start:stop],
        )  # fmt: skip


def heat_figures(name: str, caption: str, alt: str, heat: Heat) -> list[Figure]:
    """The map in as many figures as fit a page each."""
    starts = range(0, len(heat.rows), ROWS_A_FIGURE)
    found = []
    for k, start in enumerate(starts):
        part = heat.part(start, start + ROWS_A_FIGURE)
        size = ((len(heat.columns) + 1.25 * bool(heat.beside)) * CELL_IN, len(part.rows) * ROW_IN)
        suffix = f"_{k + 1}" if len(starts) > 1 else ""
        title = f"{caption} (part {k + 1} of {len(starts)})" if suffix else caption
        found.append(drawn(name + suffix, title, alt, size, lambda axes, part=part: _draw(axes, part)))  # type: ignore[misc]
    return found


def _draw(axes: Axes, heat: Heat) -> None:
    from matplotlib import colormaps
    from matplotlib.colors import Normalize

    scale, colors = Normalize(heat.low, heat.high, clip=True), colormaps[heat.colors]
    for y, row in enumerate(heat.tiles):
        for x, tile in enumerate(row):
            face = (
                colors(scale(tile.value)) if tile.value is not None and not tile.hatched else (0.93, 0.94, 0.955, 1.0)
            )
            _tile(axes, x, y, tile, face)
    for y, (text, tone) in enumerate(heat.beside_tiles):
        left = len(heat.columns) + 0.25
        _rectangle(axes, left, y, face="white", edge=EDGE.get(tone, SOFT))
        axes.text(
            left + 0.5,
            y + 0.5,
            text,
            ha="center",
            va="center_baseline",
            color=EDGE.get(tone, INK),
            weight="bold",
            in_layout=False,
        )
    _labels(axes, heat)


def _tile(axes: Axes, x: float, y: float, tile: Tile, face: tuple[float, ...]) -> None:
    _rectangle(axes, x, y, face=face, edge="white", hatch="////" if tile.hatched else None)
    color = SOFT if tile.hatched else INK if luminance(face) > 0.2 else "white"
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.2} if tile.hatched else None
    axes.text(x + 0.5, y + 0.5, tile.text, ha="center", va="center_baseline", color=color, bbox=box, in_layout=False)


def luminance(rgb: Sequence[float]) -> float:
    """Relative luminance of an sRGB color, 0 to 1 (WCAG 2.2); dark and white text read equally well near 0.2."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rectangle(axes: Axes, x: float, y: float, face: Any, edge: str, hatch: str | None = None) -> None:
    from matplotlib.patches import Rectangle

    inset = 0.0 if edge == "white" else 0.05
    size = (1.0, 1 - 2 * inset)
    axes.add_patch(Rectangle((x, y + inset), *size, facecolor=face, edgecolor=edge, linewidth=1.0, hatch=hatch))


def _labels(axes: Axes, heat: Heat) -> None:
    names: Sequence[str] = [*heat.columns, *([heat.beside] if heat.beside else [])]
    centers = [i + 0.5 for i in range(len(heat.columns))] + ([len(heat.columns) + 0.75] if heat.beside else [])
    slanted = max(map(len, names)) > 8
    axes.set_xticks(centers, names, rotation=35 if slanted else 0, ha="left" if slanted else "center")
    axes.set_yticks([i + 0.5 for i in range(len(heat.rows))], heat.rows)
    axes.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
    axes.set_xlim(0, len(heat.columns) + (1.25 if heat.beside else 0))
    axes.set_ylim(len(heat.rows), 0)
    for spine in axes.spines.values():
        spine.set_visible(False)

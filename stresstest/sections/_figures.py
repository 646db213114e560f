# SPDX-License-Identifier: Apache-2.0
"""Drawing without pyplot and without global state that outlives a call; equal evidence gives equal bytes."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from stresstest.sections.base import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

INK, SOFT, LINE = "#1b2430", "#55606e", "#d8dee6"
BLUE, VERMILION, SKY, ORANGE = "#0072b2", "#d55e00", "#56b4e9", "#e69f00"
COLORS = (BLUE, VERMILION, "#009e73", "#cc79a7", ORANGE, SKY, "#000000", "#8a6d00")
"""Told apart by color-blind readers; after Okabe and Ito (2008), yellow darkened for a white ground."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)))

FONTS = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif"
"""What a browser uses, the page's own first; none is wider than the one that the layout is measured with."""

STYLE: Mapping[str, Any] = {
    "svg.hashsalt": "stresstest", "svg.fonttype": "none", "font.family": ["DejaVu Sans"], "font.size": 9,
    "axes.edgecolor": SOFT, "axes.labelcolor": INK, "axes.linewidth": 0.7, "axes.spines.top": False,
    "axes.spines.right": False, "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "text.color": INK, "xtick.color": SOFT, "ytick.color": SOFT, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
    "grid.color": LINE, "grid.linewidth": 0.7, "hatch.linewidth": 0.6, "hatch.color": SOFT, "legend.frameon": False,
    "axes.unicode_minus": True, "text.parse_math": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupStyle:
    """How one group is drawn, in every figure alike."""

    color: str
    marker: str
    dash: Any


def group_styles(groups: Sequence[str]) -> dict[str, GroupStyle]:
    """A style for each group: color and marker differ among any eight in a row, the dashes after that."""
    return {
        g: GroupStyle(COLORS[i % len(COLORS)], MARKERS[i % len(MARKERS)], DASHES[i // len(COLORS) % len(DASHES)])
        for i, g in enumerate(groups)
    }


def drawn(name: str, caption: str, alt: str, size_in: tuple[float, float], draw: Callable[[Axes], None]) -> Figure:
    """A figure with one pair of axes of `size_in` inches (width, height); labels and legends lie outside of it.

    `draw` fills the axes. Text stays text in the SVG, so that a browser shapes scripts that Matplotlib cannot.
    """
    with _style():
        from matplotlib.figure import Figure as Canvas

        canvas = Canvas(figsize=size_in, dpi=72)
        draw(canvas.add_axes((0.0, 0.0, 1.0, 1.0)))
        return Figure(name, caption, alt, _svg(canvas))


@contextmanager
def _style() -> Iterator[None]:
    import matplotlib

    with matplotlib.rc_context(cast(Any, dict(STYLE))), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        warnings.filterwarnings("ignore", message=r"Matplotlib currently does not support .* natively")
        yield


def _svg(canvas: Canvas) -> str:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    box = canvas.get_tightbbox(FigureCanvasAgg(canvas).get_renderer()).padded(0.06)  # type: ignore[no-untyped-call]
    buffer = io.BytesIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    canvas.savefig(buffer, format="svg", bbox_inches=box, metadata=nothing, facecolor="white")
    text = buffer.getvalue().decode("utf-8")
    return re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL).replace("'DejaVu Sans'", FONTS)


def slug(text: str) -> str:
    """Text as part of a file name: ASCII letters, digits, dots and dashes; anything else as `_`.

    Not unique by itself: number the figures too.
    """
    return re.sub(r"[^A-Za-z0-9.-]+", "_", text).strip("_.") or "x"

# SPDX-License-Identifier: Apache-2.0
"""How WER grows as the noise comes closer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from stresstest.conditions import Condition
from stresstest.sections._cells import View, group_of, per_recognizer, views
from stresstest.sections._figures import GroupStyle, drawn, group_styles, slug
from stresstest.sections._words import group_title
from stresstest.sections.base import Block, Content, Evidence, Figure, Gallery, Paragraph, Section

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Points = list[tuple[float, Mapping[str, float | None]]]
MANY = 8
"""With more groups than this, bands would hide each other."""
TOP = 130.0
"""The highest WER, in percent, that a panel shows; interval bounds far above it would flatten every line."""


EXPLANATION = (
    "Each line is a group. Read upwards, the distance between two lines is the gap at that loudness of the noise; read "
    "sideways, it is how much softer the noise must be for the upper one to be understood as well. Lines meet where "
    "nearly nothing or nearly everything is wrong, whoever speaks."
)


class Curves(Section):
    """WER against SNR, one panel a noise, one line a group, with its interval as a band."""

    title = "How errors grow with noise"
    place = 60
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        found = per_recognizer({view.recognizer: _gallery(k, view) for k, view in enumerate(views(evidence), 1)})
        return [Paragraph(EXPLANATION), *found] if found else []


def _gallery(k: int, view: View) -> list[Block]:
    panels = _panels(view)
    if not panels:
        return []
    top = max((g.get("high") or g.get("wer") or 0.0 for c in view.cells for g in c["groups"].values()), default=1.0)
    figures = [
        _figure(f"curve_{k}_{i}", view, panel, labels, top) for i, (panel, labels) in enumerate(panels.items(), 1)
    ]
    bands = "Bands are 95 % intervals over speakers. " if len(view.groups) <= MANY else ""
    cut = f"What lies above {TOP:g} % is cut off; the tables have it. " if 100 * top * 1.04 > TOP else ""
    caption = f"WER against the signal-to-noise ratio (SNR); noise is louder to the left. {bands}{cut}"
    return [Gallery(caption.strip(), tuple(figures))]


def _panels(view: View) -> dict[Condition, list[Condition]]:
    """Conditions that differ in SNR alone, by what they share; at least two each, softest noise last."""
    panels: dict[Condition, list[Condition]] = {}
    for condition in (Condition.parse(cell["condition"]) for cell in view.cells):
        if condition.noise:
            panels.setdefault(replace(condition, snr_db=0.0), []).append(condition)
    return {p: sorted(cs, key=lambda c: c.snr_db or 0.0) for p, cs in panels.items() if len(cs) > 1}


def _figure(name: str, view: View, panel: Condition, steps: list[Condition], top: float) -> Figure:
    title = " + ".join(str(v) for axis, v in panel.path if axis != "snr_db").replace("_", " ")
    quiet = replace(panel, noise=None, snr_db=None)
    without = view.cell(quiet.label)
    snrs = [c.snr_db or 0.0 for c in steps]
    places = [*snrs, *([snrs[-1] + (snrs[-1] - snrs[0]) / len(snrs)] if without else [])]
    cells = [c for c in (*(view.cell(step.label) for step in steps), without) if c is not None]

    columns = 2 if max(map(len, view.groups)) > 12 else 3

    def draw(axes: Axes) -> None:
        for group, style in group_styles(view.groups).items():
            _line(
                axes,
                group,
                style,
                [(x, group_of(c, group)) for x, c in zip(places, cells, strict=True)],
                len(view.groups) <= MANY,
            )
        axes.set_xticks(places, [f"{s:g}".replace("-", "−") for s in snrs] + (["no noise"] if without else []))
        axes.set_ylim(0, min(max(top * 100 * 1.04, 10), TOP))
        axes.set(title=title, xlabel="SNR (dB)", ylabel="WER (%)")
        axes.grid(axis="y")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=columns, columnspacing=1.2)

    alt = f"Line chart of the word error rate of each {view.noun} against the SNR in {title}, for {view.recognizer}."
    return drawn(f"{name}_{slug(title)}", "", alt, (3.5, 2.3), draw)


def _line(axes: Axes, group: str, style: GroupStyle, points: Points, band: bool) -> None:
    known = [(x, 100 * g["wer"], g.get("low"), g.get("high")) for x, g in points if g.get("wer") is not None]  # type: ignore[operator]
    if not known:
        return
    xs, ys = [k[0] for k in known], [k[1] for k in known]
    axes.plot(
        xs,
        ys,
        color=style.color,
        marker=style.marker,
        linestyle=style.dash,
        markersize=4.5,
        linewidth=1.5,
        label=group_title(group),
    )
    inner = [(x, 100 * low, 100 * high) for x, _, low, high in known if low is not None and high is not None]
    if band and inner:
        where, lower, upper = zip(*inner, strict=True)
        axes.fill_between(where, lower, upper, color=style.color, alpha=0.13, linewidth=0)

# SPDX-License-Identifier: Apache-2.0
"""The accent effect in decibels: how much more signal over noise each group needs for the same error rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stresstest.conditions import Condition
from stresstest.sections._cells import View, per_recognizer, views
from stresstest.sections._figures import LINE, drawn, group_styles, slug
from stresstest.sections._words import (
    MISSING,
    group_cell,
    group_title,
    isolated,
    number,
    of_groups,
    p_cell,
    rate_cell,
    span_cell,
    text_cell,
)
from stresstest.sections.base import Block, Cell, Content, Evidence, Figure, Paragraph, Section, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Entry = Mapping[str, Any]

COLUMNS = (
    "Noise", "At a WER of (%)", "Accent", "SNR needed (dB)", "95 % interval", "More than the others (dB)",
    "95 % interval of that", "p, adjusted", "Does the curve fit",
)  # fmt: skip


class Thresholds(Section):
    """The SNR at which each group passes a chosen WER, and how far that lies from the other groups."""

    title = "What groups need in decibels"
    place = 65
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        entries = evidence.disparity.get("thresholds") or []
        return per_recognizer(
            {
                v.recognizer: _blocks(k, [e for e in entries if e["recognizer"] == v.recognizer], v)
                for k, v in enumerate(views(evidence), 1)
            }
        )


def _blocks(k: int, entries: Sequence[Entry], view: View) -> list[Block]:
    if not entries:
        return []
    read = [entry for entry in entries if entry["target_wer"] is not None]
    columns = tuple(of_groups(name, view.noun) for name in COLUMNS)
    rows = tuple(row for e in entries for row in _rows(e))
    table = Table(of_groups(CAPTION, view.noun), columns, rows, (1, 3, 4, 5, 6, 7))
    figure = [_figure(k, read, view)] if read else []
    return [Paragraph(_lead(read, view.noun), lead=True), Paragraph(of_groups(MEANING, view.noun)), *figure, table]


CAPTION = (
    "The SNR at which the fitted curve of each accent passes the WER named, between the SNRs that were measured. More "
    "than the others: that SNR less the mean of the other accents'. An en dash: not known, with the reason."
)
MEANING = (
    "A decibel figure says how much softer the noise must be, or how much louder the speech, for one accent to be "
    "understood as well as another; unlike a gap in WER it does not hang on which SNR was looked at, and it does not "
    "close where everybody fails. An interval that holds 0 does not show a difference. Intervals rest on speakers: "
    "one is left out at a time and the curve fitted again."
)


def _lead(entries: Sequence[Entry], noun: str) -> str:
    """The largest clear shift in words, or that there is none."""
    found = [
        (group["shift_db"], name, entry, group)
        for entry in entries
        for name, group in entry["groups"].items()
        if group["shift_db"] is not None
    ]
    clear = [f for f in found if f[3]["shift_low"] > 0 and f[3]["fits"]]
    if not found:
        return f"The error rates measured carry no threshold of two {noun}s that could be compared; the table says why."
    if not clear:
        return (
            f"In no noise does one {noun} clearly need a higher SNR than the others; the intervals say how much could "
            "be hidden."
        )
    value, name, entry, group = max(clear, key=lambda f: f[0])
    low, high = number(group["shift_low"]), number(group["shift_high"])
    return (
        f"In {_noise(entry)}, {isolated(name)} needs {number(value)} dB [{low}, {high}] more than the other {noun}s "
        f"for a WER of {100 * entry['target_wer']:g} %."
    )


def _noise(entry: Entry) -> str:
    rest = Condition.parse(entry["rest"])
    return " + ".join([str(entry["noise"]), *([rest.title] if rest.path else [])]).replace("_", " ")


def _rows(entry: Entry) -> list[tuple[Cell, ...]]:
    return [
        (
            text_cell(_noise(entry)),
            rate_cell(entry["target_wer"], 0),
            group_cell(name),
            rate_cell(g["threshold_db"], scale=1),
            span_cell(g["low"], g["high"], scale=1),
            rate_cell(g["shift_db"], scale=1, signed=True),
            span_cell(g["shift_low"], g["shift_high"], scale=1),
            p_cell(g["p_adjusted"]),
            _fit_cell(g),
        )
        for name, g in entry["groups"].items()
    ]


def _fit_cell(group: Entry) -> Cell:
    if group["fits"] is None or group["threshold_db"] is None:
        return text_cell(group["reason"] or MISSING, "muted")
    if group["fits"]:
        return Cell("yes", None)
    return Cell(f"no: off by {number(group['residual'], scale=100, signed=True)} points", group["residual"], "unsure")


def _figure(k: int, entries: Sequence[Entry], view: View) -> Figure:
    groups = view.groups

    def draw(axes: Axes) -> None:
        named: set[str] = set()
        for place, entry in enumerate(entries):
            for nth, (group, style) in enumerate(group_styles(groups).items()):
                found = entry["groups"].get(group) or {}
                if found.get("threshold_db") is None:
                    continue
                y = place + 0.7 * ((nth + 0.5) / len(groups) - 0.5)
                label = "_" if group in named else group_title(group)
                named.add(group)
                axes.plot([found["low"], found["high"]], [y, y], color=style.color, linewidth=1.4)
                axes.plot([found["threshold_db"]], [y], style.marker, color=style.color, markersize=5, label=label)
        axes.set_yticks(range(len(entries)), [f"{_noise(e)}, {100 * e['target_wer']:g} %" for e in entries])
        axes.set_ylim(len(entries) - 0.5, -0.5)
        axes.set_xlabel("SNR needed (dB); to the right: softer noise is needed")
        axes.grid(axis="x", color=LINE)
        axes.tick_params(axis="y", length=0)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, columnspacing=1.4, borderaxespad=0.3)

    height = sum(0.2 + 0.11 * len(e["groups"]) for e in entries) + 0.15
    alt = (
        f"For each noise, the SNR that each {view.noun} needs for the same error rate, with its interval. The table "
        "after it holds the numbers."
    )
    caption = "Each mark is the SNR at which an accent passes the WER named; lines are 95 % intervals over speakers."
    caption = of_groups(caption, view.noun)
    return drawn(f"thresholds_{k}_{slug(entries[0]['recognizer'])}", caption, alt, (5.4, height), draw)

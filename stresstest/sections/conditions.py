# SPDX-License-Identifier: Apache-2.0
"""What each condition is made of."""

from __future__ import annotations

from stresstest.conditions import Condition, split_reference
from stresstest.sections._words import text_cell, title_of
from stresstest.sections.base import Cell, Content, Evidence, Paragraph, Section, Table
from stresstest.study import Study


class Conditions(Section):
    """The conditions, and the profiles that they are put together from, with where each profile's numbers come from."""

    title = "What was simulated"
    place = 40
    needs = ("study",)

    def build(self, evidence: Evidence) -> Content:
        study = evidence.study
        return [
            Paragraph(
                "Speech passes voice, room, noise, device and channel, in this order always. Noise is added before the "
                "device, so it passes the same device and channel as speech."
            ),
            Table("The conditions", ("Condition", "Made of"), tuple(_row(c) for c in study.grid)),
            *([_profiles(study)] if study.profiles else []),
        ]


def _row(condition: Condition) -> tuple[Cell, ...]:
    parts = [
        f"{axis.replace('_db', '').replace('snr', 'SNR')}: {_shown(axis, value)}" for axis, value in condition.path
    ]
    return text_cell(title_of(condition.label)), Cell("; ".join(parts) or "the recording as it is", condition.label)


def _shown(axis: str, value: str | float) -> str:
    return f"{value:g}\u00a0dB".replace("-", "−") if axis == "snr_db" else str(value)


def _profiles(study: Study) -> Table:
    used = {f"{s}/{split_reference(str(v))[0]}" for c in study.grid for s, v in c.path if s != "snr_db"}
    rows = [
        (text_cell(p.name), text_cell(p.stage), text_cell(p.summary), text_cell(p.provenance), text_cell(p.source))
        for key, p in study.profiles.items()
        if key in used
    ]
    caption = "The profiles. Standard: a published standard. Measured: a recording. Archetype: a typical case, chosen."
    return Table(caption, ("Profile", "Stage", "What it is", "Provenance", "Source"), tuple(rows))

# SPDX-License-Identifier: Apache-2.0
"""What each condition is made of."""

from __future__ import annotations

from collections.abc import Sequence

from stresstest.conditions import LEVELS, Condition, split_reference
from stresstest.scenes import Scene
from stresstest.sections._words import text_cell, title_of
from stresstest.sections.base import Cell, Content, Evidence, Paragraph, Section, Table
from stresstest.study import Study

SCENES = (
    "The scenes, in absolute levels. A talker speaks louder above 45 dB(A) of noise (Lombard effect) and fades with "
    "the distance as in a free field; the SNR is the difference at the device, both A-weighted."
)


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
            *([_scenes(study.scenes)] if study.scenes else []),
            *([_profiles(study)] if study.profiles else []),
        ]


def _row(condition: Condition) -> tuple[Cell, ...]:
    names = {"snr_db": "SNR", "speech_dba": "speech at the device"}
    parts = [f"{names.get(axis, axis)}: {_shown(axis, value)}" for axis, value in condition.path]
    return text_cell(title_of(condition.label)), Cell("; ".join(parts) or "the recording as it is", condition.label)


def _shown(axis: str, value: str | float) -> str:
    unit = {"snr_db": "dB", "speech_dba": "dB(A)"}.get(axis)
    return f"{value:g}\u00a0{unit}".replace("-", "−") if unit else str(value)


def _scenes(scenes: Sequence[Scene]) -> Table:
    """Each scene's levels, and the SNR that they come to."""
    header = ("Scene", "Talker at 1 m", "Raised by", "Distance", "Speech at the device", "Noise", "SNR", "Condition")
    return Table(SCENES, header, tuple(_scene(scene) for scene in scenes))


def _scene(scene: Scene) -> tuple[Cell, ...]:
    numbers = (
        (scene.talker_dba, "dB(A)"), (scene.lift_db, "dB"), (scene.distance_m, "m"), (scene.speech_dba, "dB(A)"),
        (scene.ambient_dba, "dB(A)"), (scene.snr_db, "dB"),
    )  # fmt: skip
    cells = [Cell(f"{value:.4g}\u00a0{unit}".replace("-", "−"), value) for value, unit in numbers]
    return text_cell(scene.name), *cells, text_cell(title_of(scene.condition.label))


def _profiles(study: Study) -> Table:
    used = {f"{s}/{split_reference(str(v))[0]}" for c in study.grid for s, v in c.path if s not in LEVELS}
    rows = [
        (text_cell(p.name), text_cell(p.stage), text_cell(p.summary), text_cell(p.provenance), text_cell(p.source))
        for key, p in study.profiles.items()
        if key in used
    ]
    caption = "The profiles. Standard: a published standard. Measured: a recording. Archetype: a typical case, chosen."
    return Table(caption, ("Profile", "Stage", "What it is", "Provenance", "Source"), tuple(rows))

# SPDX-License-Identifier: Apache-2.0
"""What these numbers cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stresstest.conditions import LEVELS, split_reference
from stresstest.sections._words import count_cell, group_cell, listed, number, text_cell
from stresstest.sections.base import Block, Cell, Content, Evidence, Note, Section, Table

CARD = (
    ("name", "Name"),
    ("license", "License"),
    ("citation", "Citation"),
    ("accent_labels", "Accent labels"),
    ("fingerprint", "Fingerprint"),
)


class Limits(Section):
    """Limits of speech, simulation and sample, as the evidence has them; and what the corpus says of itself."""

    title = "What this cannot tell"
    place = 130
    needs = ("study", "disparity", "provenance")

    def build(self, evidence: Evidence) -> Content:
        return [Note("Limits", tuple(_limits(evidence))), *_corpus(evidence)]


def _limits(evidence: Evidence) -> Iterator[str]:
    card = evidence.provenance.get("corpus", {})
    if str(card.get("synthetic", "")).lower() == "true" and not card.get("limits"):
        yield "The voices are synthetic. Their accents are rules of a synthesizer; results do not carry over to people."
    yield from (str(card[key]) for key in ("limits", "pseudo_speakers") if card.get(key))
    if card.get("choice"):
        yield f"What was chosen of the corpus: {' '.join(card['choice'])}"
    yield from _profiles(evidence)
    yield from evidence.disparity.get("warnings", ())
    yield (
        "Only these speakers and texts were heard; differences in text, sex, age or recording between the "
        "groups remain in the gaps."
    )
    yield (
        "A gap says that groups differ and not why: nothing here parts an accent from what else goes with it. Another "
        "version of the recognizer is another recognizer, and is measured anew."
    )
    yield "Not simulated: overlapping talk in a reverberant room, real devices in use, real stress and real fatigue."


def _profiles(evidence: Evidence) -> Iterator[str]:
    study = evidence.study
    used = dict.fromkeys(study.profile(s, str(v))[0].name for c in study.grid for s, v in c.path if s not in LEVELS)
    kinds = {p.name: p for p in study.profiles.values()}
    archetypes = [name.replace("_", " ") for name in used if kinds[name].provenance == "archetype"]
    if archetypes:
        yield f"Archetypes, typical cases that were chosen and not measured: {listed(archetypes)}."
    voices = list(dict.fromkeys(split_reference(c.voice)[0].replace("_", " ") for c in study.grid if c.voice))
    if voices:
        yield (
            f"Changed voices ({listed(voices)}) are proxies made by a vocoder. People differ in how stress or fatigue "
            "changes their voice, even in direction; read them against the passthrough control only."
        )


def _corpus(evidence: Evidence) -> list[Block]:
    card = evidence.provenance.get("corpus", {})
    rows = tuple((text_cell(label), text_cell(card[key])) for key, label in CARD if card.get(key))
    groups = card.get("groups") or {}
    sizes = tuple(_size(name, group) for name, group in groups.items())
    gains = tuple(_gain(name, gain) for name, gain in (evidence.provenance.get("gains") or {}).items())
    tables = [Table("The speech", ("Of the corpus", ""), rows)] if rows else []
    if sizes:
        columns = ("Accent", "Speakers", "Utterances", "Words", "Minutes")
        tables.append(Table("How much of it was used", columns, sizes, (1, 2, 3, 4)))
    if gains:
        caption = "Mixtures that would have clipped and were scaled as a whole; it should be alike in all of them."
        tables.append(Table(caption, ("Accent", "Mixtures", "Scaled", "Lowest gain (dB)"), gains, (1, 2, 3)))
    return [*tables]


def _size(name: str, group: Mapping[str, Any]) -> tuple[Cell, ...]:
    counts = (count_cell(int(group[k]) if k in group else None) for k in ("speakers", "utterances", "words"))
    return group_cell(name), *counts, Cell(number(group.get("minutes")), group.get("minutes"))


def _gain(name: str, gain: Mapping[str, Any]) -> tuple[Cell, ...]:
    lowest = gain.get("lowest_db")
    return group_cell(name), count_cell(gain.get("cells")), count_cell(gain.get("scaled")), Cell(number(lowest), lowest)

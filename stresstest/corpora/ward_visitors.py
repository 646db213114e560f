# SPDX-License-Identifier: Apache-2.0
"""Talkers for the babble of a ward: synthetic visitors who chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stresstest.corpora._espeak import Voice
from stresstest.corpora._jsgf import read_grammar
from stresstest.corpora._synthesis import Line, synthesized
from stresstest.corpora.base import Corpus, Utterance
from stresstest.corpora.ward_orders import ACCENTS
from stresstest.places import data_folder
from stresstest.seeds import rng_for

TALKERS = (
    ("female", "f3", 55, 60, 175),
    ("male", "m1", 35, 60, 170),
    ("female", "f4", 65, 70, 185),
    ("male", "m4", 60, 65, 180),
    ("female", "f3", 72, 70, 180),
    ("male", "m2", 45, 60, 175),
)
"""Gender, then variant, pitch, range and rate of a Voice; none of these variants speaks in ward_orders."""

SENTENCES = 4
SEED = 2


@dataclass(frozen=True)
class WardVisitors(Corpus):
    """Two talkers in each accent of ward_orders, with other voices and other words; each talks for 10 to 16 seconds."""

    synthetic = True

    def utterances(self) -> Sequence[Utterance]:
        """One utterance a talker, made at the first call."""
        return synthesized("ward_visitors", lines())

    def card(self) -> Mapping[str, str]:
        """Synthetic voices, first of all."""
        return {
            "name": "ward_visitors (synthetic voices)",
            "license": "The sentences are part of stresstest (Apache-2.0); speech made by espeak-ng on this machine.",
            "citation": "espeak-ng, https://github.com/espeak-ng/espeak-ng",
            "accent_labels": "The names of espeak-ng's rule sets, not of people.",
            "limits": "The voices are synthetic; they serve as babble only.",
        }


def lines() -> list[Line]:
    """Who says what: pure, without espeak-ng. Accents and voices are combined so that each voice speaks four times."""
    grammar = read_grammar(data_folder("conf") / "grammars" / "ward_visitors.gram")
    result = []
    for number in range(2 * len(ACCENTS)):
        accent, language = list(ACCENTS.items())[number // 2]
        gender, variant, pitch, pitch_range, rate = TALKERS[number % len(TALKERS)]
        rng = rng_for(SEED, "ward_visitors", number)
        text = ", ".join(grammar.sentence(rng) for _ in range(SENTENCES))
        voice = Voice(language, variant, pitch, pitch_range, rate)
        speaker = f"visitor-{number + 1:02}"
        result.append(Line(speaker, speaker, accent, gender, voice, text))
    return result

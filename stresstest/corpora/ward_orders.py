# SPDX-License-Identifier: Apache-2.0
"""The embedded default: hospital ward orders from a closed grammar, spoken by synthetic voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stresstest.corpora._espeak import Voice
from stresstest.corpora._jsgf import Grammar, read_grammar
from stresstest.corpora._synthesis import Line, synthesized
from stresstest.corpora.base import Corpus, Utterance
from stresstest.places import data_folder
from stresstest.seeds import rng_for

ACCENTS = {
    "american": "en-us",
    "new_york": "en-us-nyc",
    "received_pronunciation": "en-gb-x-rp",
    "scottish": "en-gb-scotland",
    "west_midlands": "en-gb-x-gbcwmd",
    "caribbean": "en-029",
}
"""Accent to espeak-ng language."""

SPEAKERS = (
    ("female", "f1", 50, 50, 190),
    ("female", "f2", 40, 50, 205),
    ("female", "f2", 62, 60, 185),
    ("female", "f5", 45, 50, 195),
    ("female", "f5", 60, 40, 210),
    ("female", "f1", 66, 60, 200),
    ("male", "m5", 45, 55, 205),
    ("male", "m6", 55, 50, 195),
    ("male", "Gene", 50, 45, 200),
    ("male", "benjamin", 42, 50, 190),
    ("male", "klatt3", 48, 55, 185),
    ("male", "sandro", 52, 60, 210),
    ("female", "anika", 50, 50, 190),
    ("male", "m3", 45, 50, 190),
    ("female", "f5", 52, 60, 188),
    ("male", "steph", 50, 50, 195),
    ("female", "f2", 50, 55, 195),
    ("male", "m7", 50, 50, 200),
    ("female", "f1", 44, 60, 208),
    ("male", "m5", 52, 45, 188),
)
"""Gender, then variant, pitch, range and rate of a Voice; the same in every accent.

Chosen among the 86 variants of espeak-ng that are no robots or whispers, by the clean word error rate of PocketSphinx
with the grammar: at most 0.2 in American and Scottish over eight orders, then at most 0.3 as a speaker in every accent,
as `scripts/bench/voices.py` measures it. A third of the variants fail that.
"""

KINDS = ("<drug_order>", "<room_call>", "<vital_sign>", "<report>")
MIN_WORDS = 60
SEED = 1


@dataclass(frozen=True)
class WardOrders(Corpus):
    """Six accents of espeak-ng, twenty speakers each; the n-th speaker of every accent reads the same orders.

    The sentences are drawn from `conf/grammars/ward_orders.gram`, in turn a drug order, a room call, a vital sign and
    a report, until the speaker has MIN_WORDS words.
    """

    synthetic = True

    def utterances(self) -> Sequence[Utterance]:
        """About 1,200 utterances, by accent, speaker and number; made at the first call, in some fifteen seconds."""
        return synthesized("ward_orders", lines())

    def card(self) -> Mapping[str, str]:
        """Synthetic voices, first of all."""
        return {
            "name": "ward_orders (synthetic voices)",
            "license": "The sentences are part of stresstest (Apache-2.0); speech made by espeak-ng on this machine.",
            "citation": "espeak-ng, https://github.com/espeak-ng/espeak-ng",
            "accent_labels": "The names of espeak-ng's rule sets, not of people.",
            "limits": "The voices are synthetic: the corpus demonstrates the tool, it says nothing about people.",
        }


def specimen() -> Utterance:
    """The corpus's first utterance, made alone: something to listen to at once."""
    return synthesized("ward_orders_specimen", lines()[:1])[0]


def lines() -> list[Line]:
    """Who says what: pure, without espeak-ng."""
    grammar = read_grammar(data_folder("conf") / "grammars" / "ward_orders.gram")
    lists = [orders(grammar, number) for number in range(len(SPEAKERS))]
    return [
        Line(
            id=f"{accent}-{number:02}-{order:02}",
            speaker=f"{accent}-{number:02}",
            accent=accent,
            gender=gender,
            voice=Voice(language, variant, pitch, pitch_range, rate),
            text=text,
        )
        for accent, language in ACCENTS.items()
        for number, (gender, variant, pitch, pitch_range, rate) in enumerate(SPEAKERS, 1)
        for order, text in enumerate(lists[number - 1], 1)
    ]


def orders(grammar: Grammar, number: int) -> list[str]:
    """The orders that the speaker of this number reads, in every accent: no two alike, MIN_WORDS words or more."""
    rng = rng_for(SEED, "ward_orders", number)
    texts: list[str] = []
    while sum(len(text.split()) for text in texts) < MIN_WORDS:
        text = grammar.sentence(rng, KINDS[len(texts) % len(KINDS)])
        if text not in texts:
            texts.append(text)
    return texts

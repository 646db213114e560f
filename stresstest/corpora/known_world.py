# SPDX-License-Identifier: Apache-2.0
"""Speakers and texts without speech: for the recognizer known_truth, which is told what is said."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from stresstest.audio import Waveform, files
from stresstest.corpora.base import Corpus, Utterance
from stresstest.errors import CorpusError
from stresstest.places import cache_folder, whole
from stresstest.seeds import rng_for

SEED, RATE_HZ, SECONDS, PEAK = 1, 16000, 0.5, 0.5
SYLLABLES_HZ = 4.0
MOST = 1_000_000
"""Utterances in all."""

WORDS = ("answer", "basket", "bridge", "candle", "carpet", "castle", "corner", "cotton", "dinner", "engine", "family",
         "finger", "flower", "forest", "garden", "ginger", "hammer", "island", "jacket", "kitchen", "ladder", "lemon",
         "letter", "market", "mirror", "monday", "morning", "mountain", "needle", "office", "orange", "pepper",
         "picture", "pillow", "pocket", "rabbit", "ribbon", "river", "saddle", "salmon", "school", "shadow", "silver",
         "spider", "spring", "summer", "table", "ticket", "tunnel", "valley", "village", "water", "window", "winter",
         "yellow")  # fmt: skip
"""Words that no normalizer joins, splits or drops."""


@dataclass(frozen=True)
class KnownWorld(Corpus):
    """Accents with any number of speakers; all of them read the same texts.

    accents: accent → speakers. utterances_per_speaker; words: in an utterance. One stretch of noise with the rhythm of
    speech stands for every utterance. Every other speaker is `gender` female. Raises CorpusError.
    """

    accents: Mapping[str, int] = field(default_factory=lambda: {"north": 20, "south": 20, "west": 20})
    utterances_per_speaker: int = 10
    words: int = 10

    synthetic = True

    def __post_init__(self) -> None:
        counts = {**{f"accents.{name}": n for name, n in self.accents.items()}, "words": self.words}
        for key, value in {**counts, "utterances_per_speaker": self.utterances_per_speaker}.items():
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
                raise CorpusError(f"corpus=known_world: {key} takes a whole number from 1 to {MOST}; got {value!r}.")
        if not self.accents or sum(self.accents.values()) * self.utterances_per_speaker > MOST:
            raise CorpusError(f"corpus=known_world takes at least one accent and at most {MOST} utterances in all.")

    def utterances(self) -> Sequence[Utterance]:
        """By accent, speaker and number."""
        sound = sound_file()
        texts = [self._text(number) for number in range(self.utterances_per_speaker)]
        return [
            Utterance(
                id=f"{accent}-{speaker:04}-{number:03}",
                audio=sound,
                text=text,
                speaker=f"{accent}-{speaker:04}",
                accent=accent,
                strata={"gender": "female" if speaker % 2 else "male"},
            )
            for accent, speakers in self.accents.items()
            for speaker in range(1, speakers + 1)
            for number, text in enumerate(texts, 1)
        ]

    def card(self) -> Mapping[str, str]:
        """That nobody speaks here, first of all."""
        return {
            "name": "known_world (synthetic: nobody speaks)",
            "license": "Part of stresstest (Apache-2.0).",
            "citation": "none",
            "accent_labels": "Names chosen for groups that do not exist.",
            "limits": "There is no speech in it: error rates are those that were chosen, and say nothing about people.",
        }

    def _text(self, number: int) -> str:
        return " ".join(rng_for(SEED, "known_world", number).choice(WORDS, self.words))


def sound_file() -> Path:
    """Half a second of noise in syllables, made once in the cache folder."""
    rng = rng_for(SEED, "known_world sound")
    seconds = np.arange(round(SECONDS * RATE_HZ)) / RATE_HZ
    samples = np.sin(np.pi * SYLLABLES_HZ * seconds) ** 2 * rng.standard_normal(seconds.size)
    wave = Waveform((PEAK * samples / np.abs(samples).max()).astype(np.float32), RATE_HZ)
    folder = cache_folder() / f"known_world-{hashlib.sha256(wave.samples.tobytes()).hexdigest()[:16]}"
    path = folder / "sound.wav"
    if not path.is_file():
        folder.mkdir(exist_ok=True)
        with whole(path) as part:
            files.write(part, wave)
    return path

# SPDX-License-Identifier: Apache-2.0
"""Babble: other speakers talking at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.files import resample
from stresstest.audio.levels import active_speech_level
from stresstest.errors import AudioError, ParameterError
from stresstest.perturbations.base import Sound, Source

HORIZON_S = 2.0


@dataclass(frozen=True)
class Babble(Source):
    """The sum of `talkers` distinct speakers at equal active speech level, each from a random place, over and over.

    Each waveform of the pool is one speaker's speech.
    """

    stages: ClassVar[tuple[str, ...]] = ("noise",)
    needs_pool: ClassVar[bool] = True

    talkers: int

    def __post_init__(self) -> None:
        if isinstance(self.talkers, bool) or not isinstance(self.talkers, int) or not 1 <= self.talkers <= 64:
            raise ParameterError("talkers", f"talkers must be a whole number from 1 to 64; got {self.talkers!r}")

    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        """Babble throughout; raises AudioError when the pool has too few speakers or one without speech."""
        if len(pool) < self.talkers:
            raise AudioError(
                f"Babble of {self.talkers} talkers needs a pool of as many other speakers; this one has {len(pool)}. "
                "Ask for fewer talkers or use a corpus with more speakers."
            )
        total = np.zeros(frames)
        for chosen in rng.choice(len(pool), self.talkers, replace=False):
            total += _excerpt(_talker(pool[chosen], rate_hz), frames, round(HORIZON_S * rate_hz), rng)
        return Sound(total, np.ones(frames, bool))


def _excerpt(speech: NDArray[np.float32], frames: int, horizon: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """`frames` samples from a random place, starting over at the end, that do not begin with one long pause.

    Only the first `horizon` samples decide, so that speech of another length hears the same talkers.
    """
    for _ in range(1000):
        start = int(rng.integers(speech.size))
        excerpt = speech[start : start + frames]
        if excerpt.size < frames:
            excerpt = np.resize(np.concatenate((speech[start:], speech[:start])), frames)
        if np.square(excerpt[:horizon]).mean() > 0.01:  # 20 dB under the active level, which is 1
            return excerpt
    raise AudioError("A talker of the babble pool speaks too seldom to be cut into excerpts. Use other speech.")


@lru_cache(maxsize=1024)
def _talker(speech: Waveform, rate_hz: int) -> NDArray[np.float32]:
    """Speech at the rate, its active level 0 dBov; kept, because a pool serves many utterances."""
    return resample(speech.scaled_db(-active_speech_level(speech).dbov), rate_hz).samples

# SPDX-License-Identifier: Apache-2.0
"""Settings, and worlds drawn from them at the level of counts, by the law that known_truth uses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.seeds import rng_for
from stresstest.statistics import Gap, PairedCounts, SpeakerCounts, gaps
from stresstest.statistics.worlds import GroupLaw

FloatArray = NDArray[np.float64]

LAW = GroupLaw(floor=0.08, ceiling=0.9, threshold_db=0.0, slope_per_db=0.3)
"""Clean 8 %, 23 % at 5 dB: about PocketSphinx on the embedded corpus. Speakers vary by 0.5 of their rate."""
NOISY = 5.0
"""The noisy condition of every method that needs but one, in dB of SNR."""
UTTERANCES, WORDS = 10, (12, 28)
"""Of each speaker; words of an utterance from, to."""
REPLICATES, SPLITS = 999, 50


@dataclass(frozen=True)
class Setting:
    """One kind of world. apart: the last group has a floor of 12 % and needs 2 dB more; otherwise all are alike.

    shape: how every other group differs. `equal`: not at all. `sizes`: it has three times the speakers. `spread`: its
    speakers have a CV of 0.3, the rest 0.8. `both`: the groups with few speakers are those that vary.
    """

    speakers: int
    groups: int
    shape: str = "equal"
    apart: bool = False

    @property
    def sizes(self) -> list[int]:
        """Speakers of each group."""
        unequal = self.shape in ("sizes", "both")
        return [self.speakers * (3 if unequal and g % 2 else 1) for g in range(self.groups)]

    @property
    def laws(self) -> list[GroupLaw]:
        """The law of each group."""
        found = [LAW] * self.groups
        if self.shape in ("spread", "both"):
            found = [replace(LAW, speaker_cv=0.3 if g % 2 else 0.8) for g in range(self.groups)]
        if self.apart:
            found[-1] = replace(found[-1], floor=0.12, threshold_db=2.0)
        return found


class Batch:
    """Some worlds of a setting; a condition is drawn when it is first asked for, the speakers being the same in all."""

    def __init__(self, setting: Setting, number: int, worlds: int, seed: int, laws: list[GroupLaw] | None = None):
        self.setting, self.worlds = setting, worlds
        self.laws = laws or setting.laws
        self._names = (seed, "calibration", repr(setting), number)
        self.codes = np.repeat(np.arange(setting.groups), setting.sizes)
        rng = self.rng("speakers")
        self.words = rng.integers(*WORDS, size=(self.codes.size, UTTERANCES))
        self.factors = np.concatenate(
            [law.speaker_factors(rng, (n, worlds)) for law, n in zip(self.laws, setting.sizes, strict=True)]
        )
        self.kept: dict[Any, Any] = {}

    def rng(self, *names: str | int) -> np.random.Generator:
        """A generator of this batch's own."""
        return rng_for(*self._names, *names)

    def counts(self, snr_db: float | None, again: int = 0) -> NDArray[np.int64]:
        """Hits, substitutions, deletions, insertions, (speakers, utterances, worlds, 4). again: another of the same."""
        key = ("counts", snr_db, again)
        if key not in self.kept:
            self.kept[key] = np.concatenate([self._group(g, snr_db, again) for g in range(self.setting.groups)])
        found: NDArray[np.int64] = self.kept[key]
        return found

    def _group(self, g: int, snr_db: float | None, again: int) -> NDArray[np.int64]:
        law, here, rng = self.laws[g], self.codes == g, self.rng("counts", str(snr_db), again, g)
        factors = self.factors[here] * law.response_factors(rng, self.factors[here].shape)
        return law.draw(law.nominal(snr_db), factors[:, None, :], self.words[here][:, :, None], rng)

    def table(self, snr_db: float | None, again: int = 0) -> SpeakerCounts:
        """Errors and words of the speakers, a column a world."""
        key = ("table", snr_db, again)
        if key not in self.kept:
            counts = self.counts(snr_db, again).sum(axis=1)
            self.kept[key] = self.table_of(counts[..., 1:].sum(axis=-1), counts[..., :3].sum(axis=-1))
        found: SpeakerCounts = self.kept[key]
        return found

    def table_of(self, errors: NDArray[Any], words: NDArray[Any]) -> SpeakerCounts:
        """A table of these speakers from (speakers, columns) counts."""
        groups = tuple(f"g{code:02}" for code in self.codes)
        return SpeakerCounts(tuple(map(str, range(len(groups)))), groups, errors, words)

    def truth(self, snr_db: float | None) -> FloatArray:
        """The true rates of the groups."""
        return np.array([law.expected(law.nominal(snr_db)) for law in self.laws])

    def true_gap(self, snr_db: float | None = NOISY) -> float:
        """Largest less smallest true rate."""
        return float(np.ptp(self.truth(snr_db)))

    def rest(self, g: int, snr_db: float | None) -> float:
        """The true rate of all groups but one, pooled by their words."""
        words = np.bincount(self.codes, weights=self.words.sum(axis=1))
        others = np.arange(self.setting.groups) != g
        return float(words[others] @ self.truth(snr_db)[others] / words[others].sum())

    @cached_property
    def gaps(self) -> list[Gap]:
        """What the tool says of the gap in the noisy condition of each world."""
        return gaps(self.table(NOISY), self.rng("gaps"), REPLICATES, SPLITS)

    def pairs(self, world: int, snr_db: float | None, base: float | None, again: int = 0) -> list[PairedCounts]:
        """The groups in a condition, and in the condition beside which it is read."""
        there, back = self.table(snr_db, again), self.table(base)
        columns = [c[:, world] for t in (there, back) for c in (t.errors, t.words)]
        return [PairedCounts(*(column[self.codes == g] for column in columns)) for g in range(self.setting.groups)]

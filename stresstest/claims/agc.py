# SPDX-License-Identifier: Apache-2.0
"""Measures gain control with steps of a tone: where its level ends, and how long the gain takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.claims.base import Claim, Instrument
from stresstest.seeds import rng_for

RATE_HZ, TONE_HZ = 16000, 1000.0
CLOSE_DB = 3.0
DETECTOR_MS = 2.0
"""A time constant is held to 5 % and this, half of the time over which the level is taken."""


class Agc(Instrument):
    """Tones of several levels, each held for ten release times."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        target, most, least = kind.target_dbov, kind.max_gain_db, kind.min_gain_db
        gate = -200.0 if kind.gate_dbov is None else kind.gate_dbov
        soft, loud = max(target - most / 2, gate + 1), target - least / 2
        hold_s = 10 * max(kind.attack_ms, kind.release_ms) / 1000
        first, fallen, risen = self._gains(kind, [soft, loud, soft], hold_s)
        yield Claim(("target_dbov",), f"level of a tone of {soft:g} dBov", target, float(soft + first[-1]), 0.1, "dBov")
        yield Claim(
            ("target_dbov",), f"level of a tone of {loud:g} dBov", target, float(loud + fallen[-1]), 0.1, "dBov"
        )
        for key, gains in (("attack_ms", fallen), ("release_ms", risen)):
            ms = getattr(kind, key)
            what = "time in which the gain goes 63 % of its way in dB"
            yield Claim((key,), what, ms, _time_constant_ms(gains), DETECTOR_MS + 0.05 * ms, "ms")
        softest, loudest = max(target - most - CLOSE_DB, gate + 1), target - least + CLOSE_DB
        for key, level in (("max_gain_db", softest), ("min_gain_db", loudest)):
            found = float(self._gains(kind, [level], hold_s)[0][-1])
            wanted = min(max(target - level, least), most)
            yield Claim((key,), f"gain of a tone of {level:g} dBov", wanted, found, 0.1, "dB")
        if kind.gate_dbov is not None:
            before, after = self._gains(kind, [loud, gate - 1], hold_s)
            moved = float(after[-1] - before[-1])
            yield Claim(
                ("gate_dbov",), f"change of gain when the tone falls to {gate - 1:g} dBov", 0.0, moved, 0.5, "dB"
            )

    def _gains(self, kind: Any, levels_dbov: Sequence[float], hold_s: float) -> list[NDArray[np.float64]]:
        """The gain in dB in each period of the tone, one array for each level."""
        frames = round(hold_s * RATE_HZ)
        frames -= frames % round(RATE_HZ / TONE_HZ)
        tone = np.sqrt(2) * np.sin(2 * np.pi * TONE_HZ / RATE_HZ * np.arange(frames))
        steps = np.concatenate([10 ** (level / 20) * tone for level in levels_dbov])
        wave = Waveform(steps.astype(np.float32), RATE_HZ)
        changed = kind.apply(wave, rng_for(0, "claims", "agc"))
        periods = [w.samples.astype(np.float64).reshape(-1, round(RATE_HZ / TONE_HZ)) for w in (changed, wave)]
        after, before = (np.square(p).mean(axis=1) for p in periods)
        return np.split(10 * np.log10(np.maximum(after, 1e-30) / before), len(levels_dbov))


def _time_constant_ms(gains_db: NDArray[np.float64]) -> float:
    """When the gain of a tone, one value a period, has gone 1 - 1/e of the way from the first to the last."""
    way = (gains_db - gains_db[0]) / (gains_db[-1] - gains_db[0])
    return float(np.argmax(way >= 1 - np.exp(-1)) * 1000 / TONE_HZ)

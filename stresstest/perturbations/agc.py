# SPDX-License-Identifier: Apache-2.0
"""Automatic gain control: what is soft is amplified, what is loud is not, and pauses fill with noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.errors import ParameterError
from stresstest.perturbations.base import Effect, check_number

STEP_S = 0.001
WINDOW_STEPS = 4
"""The level is the RMS of the last four steps of a millisecond; the gain runs straight in dB from step to step."""

FLOOR_DBOV = -120.0
"""The level of silence."""


@dataclass(frozen=True)
class Agc(Effect):
    """A feed-forward gain that brings the short-term level to `target_dbov`, by at most `max_gain_db` up.

    The gain wanted is the target less the level, from `min_gain_db` to `max_gain_db`. The gain used follows it in dB
    with the time constant `attack_ms` where it falls and `release_ms` where it rises. Below `gate_dbov` it stays
    where it is; without a gate it climbs to its largest in every pause. It begins at 0 dB. Loud onsets exceed the
    target until the attack is over, as they do in a device without look-ahead.
    """

    stages: ClassVar[tuple[str, ...]] = ("device", "channel")
    sets_level: ClassVar[bool] = True

    target_dbov: float = -20.0
    attack_ms: float = 10.0
    release_ms: float = 500.0
    max_gain_db: float = 20.0
    min_gain_db: float = -40.0
    gate_dbov: float | None = None

    def __post_init__(self) -> None:
        check_number("target_dbov", self.target_dbov, -60, 0, "dBov")
        check_number("attack_ms", self.attack_ms, 1, 1000, "ms")
        check_number("release_ms", self.release_ms, 1, 10000, "ms")
        check_number("max_gain_db", self.max_gain_db, 0, 60, "dB")
        check_number("min_gain_db", self.min_gain_db, -60, 0, "dB")
        if self.max_gain_db - self.min_gain_db < 1:
            raise ParameterError(
                "max_gain_db",
                f"max_gain_db must be at least 1 dB above min_gain_db ({self.min_gain_db:g}); got {self.max_gain_db!r}",
            )
        if self.gate_dbov is not None:
            check_number("gate_dbov", self.gate_dbov, -100, 0, "dBov")
            if self.gate_dbov >= self.target_dbov:
                raise ParameterError(
                    "gate_dbov",
                    f"gate_dbov must lie below target_dbov ({self.target_dbov:g}); got {self.gate_dbov!r}",
                )

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The signal with its gain riding; chance plays no part."""
        step = max(1, round(STEP_S * wave.rate_hz))
        gains_db = self._followed(_levels_dbov(wave.samples, step), step / wave.rate_hz)
        places = np.arange(gains_db.size) * step
        gain_db = np.interp(np.arange(wave.samples.size), places, gains_db)
        return wave.with_samples(wave.samples * 10 ** (gain_db / 20))

    def _followed(self, levels_dbov: NDArray[np.float64], step_s: float) -> NDArray[np.float64]:
        """The gain in dB at the start of each step and at the end of the last, shape (steps + 1,)."""
        falling, rising = (1 - math.exp(-1000 * step_s / ms) for ms in (self.attack_ms, self.release_ms))
        wanted = np.clip(self.target_dbov - levels_dbov, self.min_gain_db, self.max_gain_db)
        open_ = levels_dbov >= (-math.inf if self.gate_dbov is None else self.gate_dbov)
        gain, gains = 0.0, [0.0]
        for goal, heard in zip(wanted.tolist(), open_.tolist(), strict=True):
            if heard:
                gain += (goal - gain) * (falling if goal < gain else rising)
            gains.append(gain)
        return np.array(gains)


def _levels_dbov(samples: NDArray[np.float32], step: int) -> NDArray[np.float64]:
    """The level of the last steps at the end of each step, shape (steps,)."""
    steps = -(-samples.size // step)
    squares = np.square(np.pad(samples, (0, steps * step - samples.size)), dtype=np.float64)
    powers = np.pad(squares.reshape(steps, step).mean(axis=1), (WINDOW_STEPS - 1, 0))
    means = np.lib.stride_tricks.sliding_window_view(powers, WINDOW_STEPS).mean(axis=1)
    return np.asarray(10 * np.log10(np.maximum(means, 10 ** (FLOOR_DBOV / 10))))

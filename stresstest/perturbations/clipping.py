# SPDX-License-Identifier: Apache-2.0
"""Overload of a converter: samples beyond a threshold are cut to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stresstest.audio import Waveform
from stresstest.errors import ParameterError
from stresstest.perturbations.base import Effect, check_number


@dataclass(frozen=True)
class Clipping(Effect):
    """Hard clipping, given by one of two keys.

    `clipped_percent`: the threshold is the magnitude that this share of the samples exceeds, so that the severity
    does not hang on a single peak; samples of exactly zero do not count, so that it does not hang on padding either.
    `threshold_dbov`: a fixed magnitude re full scale. Samples are clipped at the rate they come in, as a converter
    clips them after its anti-aliasing filter: what the edges hold above half the rate folds back.
    """

    stages: ClassVar[tuple[str, ...]] = ("device", "channel")

    clipped_percent: float | None = None
    threshold_dbov: float | None = None

    def __post_init__(self) -> None:
        if (self.clipped_percent is None) == (self.threshold_dbov is None):
            raise ParameterError("clipped_percent", "give either clipped_percent or threshold_dbov, and not both")
        if self.clipped_percent is not None:
            check_number("clipped_percent", self.clipped_percent, 0, 90, "% of the samples")
        else:
            check_number("threshold_dbov", self.threshold_dbov, -80, 20, "dBov")

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        """The clipped signal; chance plays no part."""
        if self.threshold_dbov is not None:
            threshold = 10 ** (self.threshold_dbov / 20)
        else:
            heard = np.abs(wave.samples[wave.samples != 0])
            share = 1 - (self.clipped_percent or 0.0) / 100
            threshold = float(np.quantile(heard, share)) if heard.size else 1.0
        return wave.with_samples(np.clip(wave.samples, -threshold, threshold))

# SPDX-License-Identifier: Apache-2.0
"""Worlds whose answer is known: a law from which word errors are drawn, and the group rate that it implies.

One law serves the recognizer `known_truth`, which writes transcripts, and the calibration, which stays at counts.

A group's nominal rate along the SNR is a logistic psychometric function with a floor (its clean rate) and a ceiling.
A speaker multiplies it by a log-normal factor of mean 1, and by another one in each condition. In an utterance the
share of wrong words is beta-distributed about the speaker's, so that the words of one utterance are alike. Inserted
words are Poisson and without bound, so that a rate above 1 can occur.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

FloatArray = NDArray[np.float64]

_SHARES = ("floor", "ceiling", "correlation", "insertion_share", "deletion_share", "failure_rate")

_NO_CORRELATION = 1e-6  # below it a beta distribution is its mean, and its parameters overflow


@dataclass(frozen=True, slots=True)
class GroupLaw:
    """How a group's words go wrong.

    threshold_db: SNR at which the nominal rate is halfway from floor to ceiling. slope_per_db: of the logistic.
    floor, ceiling: nominal rates in quiet and in the worst noise, fractions. speaker_cv: coefficient of variation of
    the speakers' factors, one a speaker; response_cv: of those drawn anew in each condition. correlation: of two
    words of one utterance (intraclass). insertion_share: of all expected errors. deletion_share: of the wrong words
    of an utterance without insertions; one with insertions has none, because an alignment would read a deletion and
    an insertion that meet as one substitution. failure_rate: of decodes that give no answer.

    Raises ValueError for a value that is out of range.
    """

    threshold_db: float = 0.0
    slope_per_db: float = 0.3
    floor: float = 0.05
    ceiling: float = 0.9
    speaker_cv: float = 0.5
    response_cv: float = 0.1
    correlation: float = 0.02
    insertion_share: float = 0.1
    deletion_share: float = 0.3
    failure_rate: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise ValueError(f"{field.name} of a group's law takes a number; got {value!r}.")
            if field.name in _SHARES and not 0 <= value <= 1:
                raise ValueError(f"{field.name} of a group's law takes a number from 0 to 1; got {value!r}.")
            if field.name in ("speaker_cv", "response_cv", "slope_per_db") and value < 0:
                raise ValueError(f"{field.name} of a group's law takes a number from 0 up; got {value!r}.")
        if self.floor > self.ceiling or self.correlation == 1:
            raise ValueError(
                "A group's law needs floor ≤ ceiling and a correlation below 1; "
                f"got {self.floor}, {self.ceiling} and {self.correlation}."
            )

    def nominal(self, snr_db: float | None, shift_db: float = 0.0, factor: float = 1.0) -> float:
        """The rate of a speaker whose factors are 1; None: no noise.

        shift_db: how much more SNR this noise takes than the one of the threshold. factor: of what is not noise.
        """
        if snr_db is None:
            return self.floor * factor
        falling = 1 / (1 + math.exp(min(700.0, self.slope_per_db * (snr_db - self.threshold_db - shift_db))))
        return (self.floor + (self.ceiling - self.floor) * falling) * factor

    def expected(self, nominal: float) -> float:
        """The group's true word error rate at a nominal rate: its mean over speakers, who have equal words.

        E[min(c f, 1)] of the wrong words, f log-normal with mean 1 and c = (1 - insertion_share) · nominal, by the
        partial expectation of the log-normal distribution; the insertions add their share of the nominal rate.
        """
        wrong, sigma = (1 - self.insertion_share) * nominal, self._sigma
        if wrong > 0 and sigma > 0:
            bound = sigma / 2 - math.log(wrong) / sigma
            wrong = wrong * float(ndtr(bound - sigma)) + float(ndtr(-bound))
        return min(wrong, 1.0) + self.insertion_share * nominal

    def speaker_factors(self, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
        """One factor a speaker, for all conditions."""
        return _log_normal(self.speaker_cv, rng, shape)

    def response_factors(self, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
        """One factor a speaker and condition."""
        return _log_normal(self.response_cv, rng, shape)

    def draw(
        self, nominal: float, factors: FloatArray | float, words: NDArray[np.int64] | int, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Hits, substitutions, deletions and insertions, int64 (…, 4), of utterances with `words` words.

        factors: of the speaker in the condition; broadcast with words.
        """
        factors, words = np.broadcast_arrays(factors, words)
        inserted = rng.poisson(self.insertion_share * nominal * factors * words)
        share = np.clip((1 - self.insertion_share) * nominal * factors, 1e-9, 1 - 1e-9)
        if self.correlation > _NO_CORRELATION:
            scale = 1 / self.correlation - 1
            share = rng.beta(share * scale, (1 - share) * scale)
        wrong = rng.binomial(words, share)
        deleted = np.where(inserted > 0, 0, rng.binomial(wrong, self.deletion_share))
        return np.stack([words - wrong, wrong - deleted, deleted, inserted], axis=-1).astype(np.int64)

    @property
    def _sigma(self) -> float:
        return math.sqrt(math.log1p(self.speaker_cv**2) + math.log1p(self.response_cv**2))


def _log_normal(cv: float, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Log-normal factors of mean 1 and coefficient of variation `cv`."""
    sigma = math.sqrt(math.log1p(cv**2))
    factors: FloatArray = np.exp(sigma * rng.standard_normal(shape) - sigma**2 / 2)
    return factors

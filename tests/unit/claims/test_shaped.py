# SPDX-License-Identifier: Apache-2.0
"""The instrument of band levels, on tones and noise of known levels and on noise that is not what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.claims._spectrum import band_claims, band_edges_hz, band_levels_db
from stresstest.claims.shaped import Shaped as Instrument
from stresstest.perturbations import Sound
from stresstest.perturbations.shaped import Shaped

RATE = 16000
OCTAVES = (125.0, 250.0, 500.0, 1000.0, 2000.0)
SAID = Shaped(OCTAVES, (60.0, 55.0, 50.0, 45.0, 40.0))


@dataclass(frozen=True)
class Lying(Shaped):
    """Says one table and sounds like another."""

    other: Shaped = SAID

    def generate(self, frames: int, rate_hz: int, rng: np.random.Generator, pool: Sequence[Waveform]) -> Sound:
        return self.other.generate(frames, rate_hz, rng, pool)


def test_edges_are_geometric_means() -> None:
    assert band_edges_hz((100, 200, 400)) == pytest.approx(np.array([0.5, 1, 2, 4]) * 100 * np.sqrt(2))


def test_tones_are_found_in_their_bands_at_their_levels() -> None:
    time = np.arange(10 * RATE) / RATE
    tones = sum(a * np.sin(2 * np.pi * f * time) for f, a in ((250, 0.1), (1000, 0.5)))
    levels = band_levels_db(np.asarray(tones), RATE, band_edges_hz(OCTAVES))
    assert levels[[1, 3]] == pytest.approx([20 * np.log10(0.1) - 3.01, 20 * np.log10(0.5) - 3.01], abs=0.01)
    assert levels[[0, 2, 4]].max() < -60


def test_white_noise_has_the_widths_of_its_bands() -> None:
    white = np.random.default_rng(0).standard_normal(60 * RATE)
    assert all(c.held for c in band_claims(white, RATE, OCTAVES, (0.0,) * 5, per_hz=True))
    assert not all(c.held for c in band_claims(white, RATE, OCTAVES, (0.0,) * 5, per_hz=False))


def test_bands_above_half_the_rate_are_left_out() -> None:
    white = np.random.default_rng(0).standard_normal(10 * RATE)
    assert len(list(band_claims(white, RATE, (2000, 4000, 8000), (0.0,) * 3))) == 2


@pytest.mark.parametrize(
    ("other", "honest"),
    [
        (SAID, True),
        (Shaped(OCTAVES, (60.0, 55.0, 51.6, 45.0, 40.0)), False),
        (Shaped(tuple(1.26 * f for f in OCTAVES), SAID.levels_db), False),
        (Shaped(OCTAVES, SAID.levels_db, per_hz=True), False),
    ],
)
def test_noise_of_another_table_is_caught(other: Shaped, honest: bool) -> None:
    claims = list(Instrument().claims(Lying(SAID.bands_hz, SAID.levels_db, other=other)))
    assert all(claim.held for claim in claims) == honest
    assert {key for claim in claims for key in claim.keys} == {field.name for field in fields(Shaped)}

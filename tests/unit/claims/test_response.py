# SPDX-License-Identifier: Apache-2.0
"""The instrument for responses holds a filter to its curve and catches one that departs from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.audio import Waveform
from stresstest.claims.response import Response as Instrument
from stresstest.claims.response import curve_claims
from stresstest.perturbations.response import Response

IRS = ((100.0, -41.7), (200.0, -15.5), (300.0, -7.2), (1000.0, 0.0), (3000.0, 5.8), (3400.0, 1.7), (4000.0, -32.9))


@dataclass(frozen=True)
class Off(Response):
    """A response that is `off_db` above its curve and `late` samples behind."""

    off_db: float = 0.0
    late: int = 0

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        right = super().apply(wave, rng).samples * np.float32(10 ** (self.off_db / 20))
        return wave.with_samples(np.concatenate([np.zeros(self.late, np.float32), right])[: wave.samples.size])


def _missed(kind: Response) -> list[str]:
    return [claim.what for claim in Instrument().claims(kind) if not claim.held]


def test_every_point_is_claimed_and_held() -> None:
    claims = list(Instrument().claims(Response(IRS)))
    assert len(claims) == 2 * len(IRS) + 1
    assert {key for claim in claims for key in claim.keys} == {"curve"}
    assert not _missed(Response(IRS))


def test_a_filter_that_is_off_by_a_decibel_or_late_is_caught() -> None:
    assert len(_missed(Off(IRS, off_db=1.0))) == 2 * len(IRS)
    assert _missed(Off(IRS, late=1)) == ["delay by cross-correlation"]


def test_a_filter_that_does_not_reject_is_caught() -> None:
    class Open(Response):
        def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
            return wave

    assert sum("above -40 dB at 100 Hz" in what for what in _missed(Open(IRS))) == 2


@settings(deadline=None, max_examples=10)
@given(st.lists(st.floats(-12, 12), min_size=9, max_size=9))
def test_any_curve_of_octave_points_is_held(levels_db: list[float]) -> None:
    assert not _missed(Response(tuple((31.25 * 2.0**k, db) for k, db in enumerate(levels_db))))


@pytest.mark.parametrize("rate_hz", [8000, 11025, 22050, 44100, 96000])
def test_the_curve_is_held_at_every_rate_of_a_recording(rate_hz: int) -> None:
    assert [claim for claim in curve_claims(Response(IRS), IRS, rate_hz, ("curve",)) if not claim.held] == []

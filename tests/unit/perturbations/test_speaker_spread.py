# SPDX-License-Identifier: Apache-2.0
"""One speaker reacts in one way, whatever the profile."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.errors import ParameterError
from stresstest.perturbations._speaker_spread import LARGEST, SMALLEST, reactivity
from stresstest.perturbations.pauses import Pauses
from stresstest.perturbations.pitch_tempo import PitchTempo
from stresstest.perturbations.world import World
from stresstest.seeds import rng_for

STRESS = World(2, 0.9, 1.12, 6, 2, 1.04, tremor_percent=1, spread=True)
TIRED = World(-1, 0.8, 0.9, breathiness_db=2, shimmer_percent=2, envelope_smoothing_hz=10, spread=True)


@given(speaker=st.text(max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_speaker_has_one_reactivity_for_all_profiles_and_kinds(speaker: str) -> None:
    reaction = reactivity(rng_for(1, "speaker", speaker))
    assert reaction == 0 or SMALLEST <= abs(reaction) <= LARGEST
    for kind in (STRESS, TIRED, PitchTempo(2, 1.12, spread=True)):
        shown = kind.for_speaker(rng_for(1, "speaker", speaker))
        assert shown.f0_shift_st == pytest.approx(kind.f0_shift_st * reaction)
        assert shown.rate_factor == pytest.approx(kind.rate_factor**reaction)
        assert not shown.spread
    pauses = Pauses(1.4, lapses_per_minute=4, breath_every_s=(3, 4), spread=True)
    slower = pauses.for_speaker(rng_for(1, "speaker", speaker))
    assert slower.pause_factor == pytest.approx(1.4**reaction)
    assert slower.lapses_per_minute == pytest.approx(4 * max(reaction, 0))
    assert slower.breath_every_s == (pytest.approx((3 / reaction, 4 / reaction)) if reaction > 0 else None)


def test_six_in_ten_react_as_listed_and_one_in_seven_the_other_way() -> None:
    reactions = np.array([reactivity(rng_for(0, "speaker", number)) for number in range(4000)])
    for share, found in ((0.60, reactions > 0), (0.14, reactions < 0), (0.26, reactions == 0)):
        assert found.mean() == pytest.approx(share, abs=3 * (share * (1 - share) / 4000) ** 0.5)
    sizes = np.abs(reactions[reactions != 0])
    assert sizes.mean() == pytest.approx(1, abs=0.03)
    assert sizes.std() == pytest.approx(0.37, abs=0.03)


def test_without_a_spread_every_speaker_is_the_same() -> None:
    for kind in (replace(STRESS, spread=False), Pauses(2), PitchTempo(2)):
        assert kind.for_speaker(rng_for(1, "speaker", "anna")) is kind


def test_a_reversed_speaker_has_the_opposite_and_never_less_than_nothing() -> None:
    shown = TIRED.reacting(-1)
    assert (shown.f0_shift_st, shown.rate_factor, shown.f0_range_factor) == pytest.approx((1, 1 / 0.9, 1.25))
    assert (shown.breathiness_db, shown.shimmer_percent, shown.envelope_smoothing_hz) == (0, 0, None)


def test_who_does_not_react_goes_through_the_vocoder_unchanged() -> None:
    assert TIRED.reacting(0) == World()
    assert Pauses(2, lapses_per_minute=3, breath_every_s=(3, 4), spread=True).reacting(0) == Pauses()


def test_twice_as_imprecise_is_half_the_limit() -> None:
    assert TIRED.reacting(2).envelope_smoothing_hz == 5
    assert TIRED.reacting(0.01).envelope_smoothing_hz == 200


@pytest.mark.parametrize("kind", [World, PitchTempo])
def test_what_the_most_reactive_speaker_cannot_do_is_refused_when_the_profile_is_read(kind: type) -> None:
    with pytest.raises(ParameterError, match=r"spread: true multiplies .* by -1\.8 to 1\.8, and then f0_shift_st must"):
        kind(f0_shift_st=11, spread=True)
    with pytest.raises(ParameterError, match="spread must be true or false; got 1"):
        kind(spread=1)

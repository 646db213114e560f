# SPDX-License-Identifier: Apache-2.0
"""Random impacts: a Poisson process of decays that runs like a tape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.errors import ParameterError
from stresstest.perturbations.events import Events
from stresstest.seeds import rng_for

RATE = 16000
CLATTER = {"rate_hz": 4, "duration_ms": 60, "bands_hz": [1000, 2000, 4000], "levels_db": [0, 3, 0], "spread_db": 4}
KIND = Events.from_parameters(CLATTER)


def test_it_is_silent_before_an_event_begins_and_loudest_there() -> None:
    kind = Events.from_parameters({**CLATTER, "rate_hz": 0.5, "spread_db": 0})
    for seed in range(5):
        made = kind.generate(10 * RATE, RATE, rng_for(seed), ())
        begins = np.flatnonzero(np.diff(made.active.astype(int)) == 1) + 1
        for begin in begins:
            if np.abs(made.samples[begin - 10 : begin]).max() < 1e-3:
                after = np.square(made.samples[begin : begin + 960]).reshape(-1, 160).mean(axis=1)
                assert 10 * np.log10(after[0] / after[-1]) > 35


def test_events_sound_until_they_have_fallen_by_30_db() -> None:
    kind = Events.from_parameters({**CLATTER, "rate_hz": 0.2, "spread_db": 0})
    made = kind.generate(60 * RATE, RATE, rng_for(1), ())
    change = np.flatnonzero(np.diff(made.active.astype(int)))
    spans = np.diff(change)[:: 1 + int(made.active[0])]
    assert np.median(spans) == pytest.approx(0.03 * RATE, abs=2)


@given(
    frames=st.integers(RATE * 2, RATE * 4),
    more=st.integers(1, RATE * 2),
    seed=st.integers(0, 2**32),
    rate_hz=st.sampled_from([0.05, 1.0, 30.0, 500.0]),
)
@settings(max_examples=10, deadline=None)
def test_longer_noise_begins_like_shorter_noise(frames: int, more: int, seed: int, rate_hz: float) -> None:
    kind = Events.from_parameters({**CLATTER, "rate_hz": rate_hz})
    short, long = (kind.generate(n, RATE, rng_for(seed), ()) for n in (frames, frames + more))
    np.testing.assert_allclose(long.samples[:frames], short.samples, atol=1e-5)
    assert np.array_equal(long.active[:frames], short.active)


@given(frames=st.integers(1, 3 * RATE), seed=st.integers(0, 2**32), duration_ms=st.sampled_from([2, 60, 5000]))
@settings(max_examples=30, deadline=None)
def test_however_rare_something_sounds(frames: int, seed: int, duration_ms: float) -> None:
    kind = Events.from_parameters({**CLATTER, "rate_hz": 0.05, "duration_ms": duration_ms})
    made = kind.generate(frames, RATE, rng_for(seed), ())
    assert made.active.any()
    assert np.square(made.samples[made.active]).mean() > 0


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"rate_hz": 0}, "rate_hz"),
        ({"duration_ms": -5}, "duration_ms"),
        ({"bands_hz": [500, 250, 100]}, "bands_hz"),
        ({"levels_db": [0]}, "levels_db"),
        ({"spread_db": 40}, "spread_db"),
    ],
)
def test_impossible_events_are_refused_by_key(given: dict[str, Any], key: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Events.from_parameters({**CLATTER, **given})
    assert caught.value.key == key

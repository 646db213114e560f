# SPDX-License-Identifier: Apache-2.0
"""Unlike spreads between groups are found, and alike ones are not often taken for unlike."""

from __future__ import annotations

import numpy as np
import pytest

from stresstest.statistics.alike import Spreads, spreads


def _world(seed: int, sds: tuple[float, ...], speakers: int = 20) -> Spreads:
    rng = np.random.default_rng(seed)
    words = np.full(len(sds) * speakers, 800.0)
    sd = np.repeat(sds, speakers)
    errors = rng.poisson(words * 0.15 * np.exp(sd * rng.standard_normal(sd.size) - sd**2 / 2)).astype(np.float64)
    found = spreads(errors, words, [f"g{k}" for k in range(len(sds)) for _ in range(speakers)])
    assert found is not None
    return found


@pytest.mark.parametrize("groups", [2, 6])
def test_alike_groups_are_called_unlike_as_often_as_the_level_says(groups: int) -> None:
    calls = np.mean([_world(seed, (0.5,) * groups).p_value < 0.05 for seed in range(400)])
    assert calls < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


def test_unlike_groups_are_found_with_their_ratio() -> None:
    found = [_world(seed, (0.25, 0.8)) for seed in range(100)]
    assert np.mean([f.p_value < 0.05 for f in found]) > 0.9
    assert np.median([f.ratio for f in found]) == pytest.approx(0.8 / 0.27, rel=0.15)


def test_few_speakers_and_silent_ones_say_nothing() -> None:
    words = np.full(12, 100.0)
    errors = np.arange(12.0)
    assert spreads(errors, words, ["a"] * 8 + ["b"] * 4) is None
    assert spreads(errors, words * ([1] * 6 + [0] * 6), ["a"] * 6 + ["b"] * 6) is None
    assert spreads(np.full(12, 5.0), words, ["a"] * 6 + ["b"] * 6) is None

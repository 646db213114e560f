# SPDX-License-Identifier: Apache-2.0
"""The share of the draws: recovered from worlds whose components are known."""

from __future__ import annotations

import numpy as np
import pytest

from stresstest.statistics import draw_shares


def _world(
    speaker: float, draw: float, rest: float, seed: int, shape: tuple[int, int] = (20, 5)
) -> tuple[float, float]:
    """The squared standard errors found in one world with these standard deviations."""
    rng = np.random.default_rng(seed)
    s, d = shape
    rates = (
        0.3 + speaker * rng.standard_normal((s, 1)) + draw * rng.standard_normal(d) + rest * rng.standard_normal(shape)
    )
    found = draw_shares(rates * 1000, np.full(shape, 1000.0))
    assert found is not None
    return found.speaker_se**2, found.draw_se**2


@pytest.mark.parametrize(("speaker", "draw", "rest"), [(0.1, 0.02, 0.05), (0.05, 0.05, 0.02), (0.0, 0.0, 0.1)])
def test_the_components_of_a_known_world_are_found(speaker: float, draw: float, rest: float) -> None:
    found = np.mean([_world(speaker, draw, rest, seed) for seed in range(600)], axis=0)
    assert found[0] == pytest.approx(speaker**2 / 20, rel=0.12, abs=4e-5)
    assert found[1] == pytest.approx(draw**2 / 5 + rest**2 / 100, rel=0.12, abs=4e-5)


def test_the_variance_of_the_rate_is_what_the_two_parts_make_together() -> None:
    shape, rates = (12, 3), []
    parts = np.mean([sum(_world(0.08, 0.03, 0.04, seed, shape)) for seed in range(600)])
    for seed in range(3000):
        rng = np.random.default_rng(10_000 + seed)
        s, d, r = rng.standard_normal((12, 1)), rng.standard_normal(3), rng.standard_normal(shape)
        rates.append(float((0.3 + 0.08 * s + 0.03 * d + 0.04 * r).mean()))
    assert parts == pytest.approx(np.var(rates), rel=0.08)


def test_draws_that_change_nothing_have_no_share_and_speakers_alike_have_none() -> None:
    words = np.full((6, 3), 50.0)
    speakers_only = np.repeat([[5.0], [10], [15], [7], [20], [11]], 3, axis=1)
    found = draw_shares(speakers_only, words)
    assert found is not None
    assert found.draw_share == pytest.approx(0, abs=1e-12)
    found = draw_shares(np.tile([5.0, 10, 15], (6, 1)), words)
    assert found is not None
    assert found.draw_share == pytest.approx(1)
    assert found.draws == 3


def test_one_draw_or_one_speaker_says_nothing() -> None:
    assert draw_shares(np.ones((5, 1)), np.full((5, 1), 9.0)) is None
    assert draw_shares(np.ones((1, 5)), np.full((1, 5), 9.0)) is None

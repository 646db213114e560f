# SPDX-License-Identifier: Apache-2.0
"""Verdicts from an interval, and the speakers that would settle an open one."""

from dataclasses import replace

import numpy as np
import pytest

from stresstest.statistics import Gap, Interval, verdict
from stresstest.statistics.gaps import log_gap_bounds, simultaneous_intervals
from stresstest.statistics.verdicts import MOST_SPEAKERS, _planned, _quantile, speakers_still_needed


def rng() -> np.random.Generator:
    return np.random.default_rng(9)


def gap(difference: float = 0.1, speakers: int = 12, deviation: float = 0.1) -> Gap:
    """Two groups whose speakers' rates have this standard deviation."""
    variance = deviation**2 / speakers
    rates = (0.1, 0.1 + difference)
    both = (variance, variance), (speakers, speakers), (200.0 * speakers, 200.0 * speakers)
    bare = Gap(("a", "b"), rates, *both, "a", "b", difference, rates[1] / rates[0])
    return replace(bare, interval=simultaneous_intervals([bare], rng())[0])


def with_interval(low: float, high: float) -> Gap:
    return replace(gap(), interval=Interval(low, high, 0.95, "by hand", 24))


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [(0.0, 0.1, "within"), (0.11, 0.3, "exceeds"), (0.1, 0.3, "inconclusive"), (0.0, 0.11, "inconclusive")],
)
def test_outcomes_at_the_edges(low: float, high: float, outcome: str) -> None:
    assert verdict(with_interval(low, high), 0.1, rng()).outcome == outcome


@pytest.mark.parametrize("max_gap", [0.02, 0.07, 0.13, 0.16])
def test_so_many_more_speakers_settle_it_and_a_tenth_fewer_do_not(max_gap: float) -> None:
    now = verdict(gap(), max_gap, rng())
    assert now.outcome == "inconclusive"
    assert now.speakers_needed is not None
    planned = 12 + now.speakers_needed
    enough, fewer = (verdict(gap(speakers=round(planned * share)), max_gap, rng()) for share in (1.1, 0.9))
    assert enough.outcome == ("exceeds" if max_gap < 0.1 else "within")
    assert fewer.outcome == "inconclusive"


def test_a_tolerance_nearer_to_the_gap_needs_more_speakers() -> None:
    needed = [verdict(gap(), tolerance, rng()).speakers_needed for tolerance in (0.16, 0.14, 0.12)]
    assert None not in needed
    assert needed == sorted(set(needed), key=lambda n: n or 0)


def test_a_gap_at_the_tolerance_is_never_settled() -> None:
    found = verdict(gap(), 0.1, rng())
    assert (found.outcome, found.speakers_needed) == ("inconclusive", None)
    assert str(MOST_SPEAKERS) in (found.reason or "")


def test_what_is_only_described_is_not_judged() -> None:
    found = verdict(replace(gap(), interval=None), 0.9, rng())
    assert (found.outcome, found.speakers_needed) == ("inconclusive", None)
    assert "5 speakers" in (found.reason or "")


def test_no_gap_is_not_judged() -> None:
    assert "Fewer than two groups" in (verdict(None, 0.9, rng()).reason or "")


@pytest.mark.parametrize("max_gap", [0.02, 0.06, 0.085, 0.115, 0.13, 0.17])
@pytest.mark.parametrize("speakers", [5, 40])
def test_the_number_is_the_first_that_settles_it_and_the_one_before_does_not(max_gap: float, speakers: int) -> None:
    asked = gap(speakers=speakers)
    needed = speakers_still_needed(asked, max_gap, rng())
    generator = rng()
    draws = generator.standard_normal((2_000, 2)), generator.standard_normal((2_000, 2))

    def settled(more: int) -> bool:
        found = _planned(asked, more)
        low, high = log_gap_bounds(found, _quantile(asked, found, more, draws, 0.95))
        return low > max_gap or high <= max_gap

    assert needed is not None
    assert settled(needed)
    assert needed == 1 or not settled(needed - 1)

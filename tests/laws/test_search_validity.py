# SPDX-License-Identifier: Apache-2.0
"""However many looks a search takes, `exceeds` is said wrongly in at most 5 of 100 searches."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from stresstest.disparity import breaking_point
from stresstest.disparity.breaking_point import Look, _gap, _worst_rate, look_level
from stresstest.search import Search
from stresstest.seeds import rng_for
from stresstest.statistics import SpeakerCounts
from stresstest.statistics import bisection as searching
from stresstest.statistics.bisection import Seen

SNRS = range(22, 2, -2)
STEPS = ("clean", *(f"noise=ward_babble/snr_db={s}" for s in SNRS))
SPEAKERS, WORDS, WORLDS = 12, 60, 100
TRUE = {"a": 0.2, "b": 0.3}
MOST = int(binom.ppf(0.999, WORLDS, 0.05))
"""Searches of WORLDS that may be wrong where 5 of 100 are: more come in one of 1000 tests."""


def world(seed: int, shared: bool) -> SpeakerCounts:
    """Counts at every step of groups whose rates are always TRUE; speakers differ, alike at every step or anew."""
    rng = rng_for(seed, "search", str(shared))
    groups = tuple(name for name in TRUE for _ in range(SPEAKERS))
    rates = np.array([TRUE[name] for name in groups])[:, None]
    effects = rng.beta(9 * rates, 9 * (1 - rates), (len(groups), 1 if shared else len(STEPS)))
    errors = rng.binomial(WORDS, np.broadcast_to(effects, (len(groups), len(STEPS)))).astype(float)
    return SpeakerCounts(tuple(map(str, range(len(groups)))), groups, errors, np.full(errors.shape, float(WORDS)))


def look_at(counts: SpeakerCounts, step: int, asked: Search, level: float) -> Look:
    sizes = dict.fromkeys(counts.names, SPEAKERS)
    if asked.measure == "gap":
        return _gap(counts.columns([step]), sizes, level, rng_for(step, "look"))
    return _worst_rate(counts.columns([step]), sizes, asked.group, level)


def wrong(asked: Search, shared: bool, level: float) -> int:
    """In how many worlds some look of all says that the tolerance, which is the truth, is exceeded."""
    limit = asked.limit(0.0)
    looks = ((look_at(world(n, shared), step, asked, level) for step in range(len(STEPS))) for n in range(WORLDS))
    return sum(any((each.low or 0.0) > limit for each in steps) for steps in looks)


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that many looks take seconds; the bounds are as wide with more."""
    monkeypatch.setattr(breaking_point, "DRAWS", 1000)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(
    "asked", [Search("snr_db", STEPS, 4, tolerance=0.1), Search("snr_db", STEPS, 4, "wer", "b", 0.3)]
)
def test_with_every_step_looked_at_exceeds_is_wrong_in_at_most_5_of_100(asked: Search, shared: bool) -> None:
    assert wrong(asked, shared, look_level(asked)) <= MOST


def test_a_look_at_95_percent_each_would_be_wrong_far_more_often() -> None:
    assert wrong(Search("snr_db", STEPS, 4, "wer", "b", 0.3), False, 0.95) > MOST


def test_a_search_for_the_lower_bound_rarely_ends_at_a_step_that_does_not_exceed() -> None:
    asked = Search("snr_db", STEPS, 4, "wer", "b", 0.3, sure=True)
    question, found = asked.question(0.0), 0
    for number in range(WORLDS):
        counts, seen = world(number, False), dict[int, Seen]()
        while (step := searching.next_step(seen, question)) is not None:
            seen[step] = look_at(counts, step, asked, look_level(asked)).seen(asked)
        found += searching.bracket(seen, question)[1] is not None
    assert found <= MOST

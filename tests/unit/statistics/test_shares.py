# SPDX-License-Identifier: Apache-2.0
"""Intervals of shares: Clopper and Pearson's for independent trials, wider where speakers differ; the speaker mean."""

import numpy as np
import pytest
from scipy.stats import binomtest, ttest_1samp

from stresstest.statistics import SpeakerCounts
from stresstest.statistics.shares import share_intervals, speaker_mean_intervals


def table(events: np.ndarray, trials: np.ndarray) -> SpeakerCounts:
    names = tuple(map(str, range(len(events))))
    return SpeakerCounts(names, ("a",) * len(events), events, trials)


def test_many_speakers_of_one_trial_each_have_clopper_and_pearsons_interval() -> None:
    """5,000 speakers: t is z, and the variance between speakers is the binomial one."""
    events = (np.arange(5000) < 150).astype(float)[:, None]
    found = share_intervals(table(events, np.ones_like(events)))[0]
    exact = binomtest(150, 5000).proportion_ci(0.95, "exact")
    assert found is not None
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), rel=2e-3)


def test_no_event_leaves_doubt_and_only_events_do_too() -> None:
    trials = np.full((10, 2), 10.0)
    none, only = share_intervals(table(np.stack([np.zeros(10), np.full(10, 10.0)], 1), trials))
    assert none is not None
    assert only is not None
    assert none.low == 0 < none.high < 0.1
    assert (only.low, only.high) == pytest.approx((1 - none.high, 1.0))


def test_under_five_speakers_there_is_none() -> None:
    assert share_intervals(table(np.ones((4, 1)), np.full((4, 1), 9.0))) == [None]
    assert speaker_mean_intervals(table(np.ones((4, 1)), np.full((4, 1), 9.0)))[1] == [None]


@pytest.mark.parametrize(
    ("speakers", "share", "cv"), [(5, 0.05, 0.5), (10, 0.01, 1.5), (20, 0.05, 1.5), (50, 0.3, 0.5)]
)
def test_intervals_of_shares_cover_however_much_speakers_differ(speakers: int, share: float, cv: float) -> None:
    rng = np.random.default_rng(8)
    own = np.minimum(1, share * rng.gamma(1 / cv**2, cv**2, (speakers, 600)))
    truth = np.minimum(1, share * rng.gamma(1 / cv**2, cv**2, 400_000)).mean()
    found = share_intervals(table(rng.binomial(20, own).astype(float), np.full(own.shape, 20.0)))
    assert np.mean([i.low <= truth <= i.high for i in found if i]) > 0.92


def test_an_interval_over_utterances_would_be_caught() -> None:
    rng = np.random.default_rng(9)
    own = np.minimum(1, 0.1 * rng.gamma(0.5, 2, (20, 150)))
    truth = np.minimum(1, 0.1 * rng.gamma(0.5, 2, 400_000)).mean()
    events = rng.binomial(50, own)
    naive = [binomtest(int(e), 1000).proportion_ci(0.95, "exact") for e in events.sum(axis=0)]
    assert np.mean([i.low <= truth <= i.high for i in naive]) < 0.7
    found = share_intervals(table(events.astype(float), np.full(own.shape, 50.0)))
    assert np.mean([i.low <= truth <= i.high for i in found if i]) > 0.9


def test_the_speaker_mean_is_the_mean_of_rates_with_students_interval() -> None:
    rng = np.random.default_rng(2)
    words = rng.integers(50, 500, (12, 1)).astype(float)
    errors = rng.binomial(words.astype(int), rng.uniform(0.1, 0.5, words.shape)).astype(float)
    mean, intervals = speaker_mean_intervals(table(errors, words))
    expected = ttest_1samp((errors / words)[:, 0], 0).confidence_interval()
    assert mean[0] == pytest.approx((errors / words).mean())
    assert intervals[0] is not None
    assert (intervals[0].low, intervals[0].high) == pytest.approx((expected.low, expected.high))

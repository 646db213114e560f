# SPDX-License-Identifier: Apache-2.0
"""Thresholds in dB recovered from worlds whose answer is known, and refused where the data carry none."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from stresstest.statistics.psychometric import QUIET_DB, Curve
from stresstest.statistics.speakers import SpeakerCounts
from stresstest.statistics.thresholds import Fit, Shift, Threshold, fit_group, jackknife_variance, shift, threshold

SNRS = (-5.0, 0.0, 5.0, 10.0, 15.0, 20.0, QUIET_DB)
EASY, HARD = Curve(6.0, 0.35, 0.05, 1.0), Curve(8.0, 0.35, 0.08, 1.0)
WORDS, SPREAD_DB, TARGET = 60, 1.6, 0.4


def world(curve: Curve, speakers: int, rng: np.random.Generator, snrs: tuple[float, ...] = SNRS) -> SpeakerCounts:
    """Speakers whose own midpoints scatter by SPREAD_DB around the curve's."""
    midpoints = curve.midpoint_db + SPREAD_DB * rng.standard_normal((speakers, 1))
    rates = curve.floor + (curve.ceiling - curve.floor) * expit(-curve.slope_per_db * (np.array(snrs) - midpoints))
    errors = rng.binomial(WORDS, rates).astype(float)
    return SpeakerCounts(tuple(map(str, range(speakers))), ("a",) * speakers, errors, np.full(errors.shape, WORDS))


def truth(curve: Curve) -> float:
    """The SNR at which the rate averaged over all speakers there could be is TARGET, by Gauss–Hermite quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)

    def rate(snr: float) -> float:
        rates = [replace(curve, midpoint_db=curve.midpoint_db + SPREAD_DB * z).rate(snr) for z in nodes]
        return float(np.average(rates, weights=weights))

    low, high = -20.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rate(middle) > TARGET else (low, middle)
    return low


def read(table: SpeakerCounts, snrs: tuple[float, ...] = SNRS) -> Threshold:
    fit = fit_group(table, snrs)
    assert isinstance(fit, Fit), fit
    found = threshold(fit, TARGET, snrs)
    assert isinstance(found, Threshold), found
    return found


@pytest.fixture(scope="module")
def shifts() -> list[Shift]:
    rng = np.random.default_rng(11)
    return [shift(read(world(HARD, 10, rng)), [read(world(EASY, 10, rng))]) for _ in range(200)]


def covered(low: np.ndarray, high: np.ndarray) -> float:
    value = truth(HARD) - truth(EASY)
    return float(((low <= value) & (value <= high)).mean())


def test_the_shift_is_recovered_within_a_fifth_of_a_decibel_and_its_interval_covers_it(shifts: list[Shift]) -> None:
    values = np.array([s.value_db for s in shifts])
    assert abs(values.mean() - (truth(HARD) - truth(EASY))) < 0.2
    low, high = (np.array([getattr(s.interval, end) for s in shifts]) for end in ("low", "high"))
    assert 0.91 <= covered(low, high) <= 0.99  # 95 % within the chance of 200 worlds


def by_utterance(table: SpeakerCounts, rng: np.random.Generator) -> SpeakerCounts:
    """The wrong unit: six utterances of ten words in place of each speaker."""
    shares = rng.multivariate_hypergeometric
    parts = [np.stack([shares([10] * 6, int(e)) for e in row], 1) for row in table.errors]
    errors = np.concatenate(parts).astype(float)
    return SpeakerCounts(tuple(map(str, range(len(errors)))), ("a",) * len(errors), errors, np.full(errors.shape, 10))


def test_an_interval_over_utterances_in_place_of_speakers_would_be_caught() -> None:
    rng = np.random.default_rng(13)
    pairs = [[read(by_utterance(world(c, 10, rng), rng)) for c in (HARD, EASY)] for _ in range(100)]
    wrong = [shift(hard, [easy]).interval for hard, easy in pairs]
    assert covered(np.array([i.low for i in wrong]), np.array([i.high for i in wrong])) < 0.85


def test_equal_groups_differ_by_nothing_in_ninety_five_of_a_hundred() -> None:
    rng = np.random.default_rng(12)
    p = [shift(read(world(EASY, 8, rng)), [read(world(EASY, 8, rng))]).p_value for _ in range(120)]
    assert np.mean(np.array(p) < 0.05) <= 0.1


def test_a_shift_of_all_snrs_shifts_the_threshold_and_nothing_else() -> None:
    table = world(EASY, 8, np.random.default_rng(5))
    moved = tuple(s + 3 if s < QUIET_DB else s for s in SNRS)
    here, there = read(table), read(table, moved)
    assert there.value_db - here.value_db == pytest.approx(3, abs=0.02)  # the prior of the midpoint does not move
    assert math.sqrt(there.variance) == pytest.approx(math.sqrt(here.variance), rel=0.02)


def test_the_order_of_speakers_does_not_matter() -> None:
    table = world(EASY, 8, np.random.default_rng(5))
    back = SpeakerCounts(table.speakers[::-1], table.groups, table.errors[::-1], table.words[::-1])
    assert read(back).value_db == pytest.approx(read(table).value_db, abs=1e-6)
    assert read(back).variance == pytest.approx(read(table).variance, rel=1e-6)


def test_the_jackknife_of_a_mean_is_the_usual_variance_of_a_mean() -> None:
    x = np.random.default_rng(1).normal(size=12)
    assert jackknife_variance((x.sum() - x) / 11) == pytest.approx(x.var(ddof=1) / 12)


@pytest.mark.parametrize(
    ("speakers", "snrs", "sentence"),
    [(4, SNRS, "fewer than 5"), (8, (0.0, 10.0, QUIET_DB), "at least 3 SNRs; there are 2")],
)
def test_too_little_is_refused(speakers: int, snrs: tuple[float, ...], sentence: str) -> None:
    refused = fit_group(world(EASY, speakers, np.random.default_rng(2), snrs), snrs)
    assert isinstance(refused, str)
    assert sentence in refused


def test_a_group_without_a_speaker_at_every_snr_is_refused() -> None:
    table = world(EASY, 8, np.random.default_rng(2))
    words = table.words.copy()
    words[::2, 1] = 0
    refused = fit_group(SpeakerCounts(table.speakers, table.groups, np.minimum(table.errors, words), words), SNRS)
    assert refused == "4 of its speakers have words at every SNR; nothing is inferred from fewer than 5."


def test_nothing_is_extrapolated() -> None:
    snrs = (10.0, 15.0, 20.0)
    fit = fit_group(world(EASY, 10, np.random.default_rng(3), snrs), snrs)
    assert isinstance(fit, Fit)
    assert str(threshold(fit, 0.5, snrs)).startswith("Its WER does not pass 50 % between 10 and 20 dB")


def test_a_rate_that_rises_with_the_snr_is_refused_and_chance_is_not() -> None:
    table = world(EASY, 12, np.random.default_rng(6))
    swapped = table.columns([0, 3, 2, 1, 4, 5, 6])
    assert "where there is less noise, by more than chance explains" in str(fit_group(swapped, SNRS))
    flat = Curve(-40.0, 0.35, 0.1, 1.0)
    rng = np.random.default_rng(7)
    assert sum(isinstance(fit_group(world(flat, 12, rng), SNRS), str) for _ in range(60)) <= 4


def test_the_goodness_of_fit_lets_curves_pass_and_catches_a_step() -> None:
    rng = np.random.default_rng(8)
    fits = [fit_group(world(EASY, 12, rng), SNRS) for _ in range(60)]
    assert sum(not f.fits for f in fits if isinstance(f, Fit)) <= 6
    rates = np.array([0.95, 0.6, 0.58, 0.56, 0.54, 0.06, 0.05])
    errors = rng.binomial(WORDS, rates, (12, rates.size)).astype(float)
    step = fit_group(SpeakerCounts(tuple(map(str, range(12))), ("a",) * 12, errors, np.full(errors.shape, WORDS)), SNRS)
    assert isinstance(step, Fit)
    assert not step.fits

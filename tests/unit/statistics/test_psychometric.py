# SPDX-License-Identifier: Apache-2.0
"""Psychometric curves: exact ones come back, the optimum is the one that another optimizer finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression, minimize

from stresstest.statistics import psychometric
from stresstest.statistics.psychometric import QUIET_DB, Curve, curve_of, falling, fit_curves, thresholds

SNRS = np.array([-5.0, 0, 5, 10, 15, 20, QUIET_DB])


def rates_of(curve: Curve, snrs: np.ndarray = SNRS) -> np.ndarray:
    return np.array([[curve.rate(s) for s in snrs]])


@settings(deadline=None, max_examples=30)
@given(st.floats(0, 14), st.floats(0.15, 0.8), st.floats(0.01, 0.2), st.floats(0.8, 1.1))
def test_an_exact_curve_comes_back(m: float, k: float, lo: float, hi: float) -> None:
    truth = Curve(m, k, lo, hi)
    found = fit_curves(SNRS, rates_of(truth), np.full((1, SNRS.size), 1e9))
    assert thresholds(found, 0.4)[0] == pytest.approx(thresholds(parameters(truth), 0.4)[0], abs=1e-3)
    assert psychometric.predicted(found, SNRS) == pytest.approx(rates_of(truth), abs=1e-4)


def parameters(curve: Curve) -> np.ndarray:
    logit = np.log(curve.floor / (1 - curve.floor))
    return np.array([[curve.midpoint_db, np.log(curve.slope_per_db), logit, curve.ceiling]])


def test_the_optimum_is_the_one_that_nelder_and_mead_find() -> None:
    rng = np.random.default_rng(4)
    rates = np.clip(rates_of(Curve(6, 0.3, 0.06, 1.0)) + rng.normal(0, 0.03, (3, SNRS.size)), 0, 1)
    weights = rng.uniform(300, 3000, rates.shape)
    found = fit_curves(SNRS, rates, weights)
    for row, rate, weight in zip(found, rates, weights, strict=True):
        cost = lambda x, r=rate, w=weight: float(psychometric._cost(x[None], SNRS, r[None], w[None])[0])  # noqa: E731
        options = {"maxiter": 20_000, "xatol": 1e-9, "fatol": 1e-12}
        best = minimize(cost, psychometric.PRIOR[0], method="Nelder-Mead", options=options)
        assert row == pytest.approx(best.x, abs=1e-4)


def test_the_derivatives_are_those_of_the_curve() -> None:
    theta = np.array([[6.0, -1.2, -2.5, 0.95], [2.0, -0.5, -4.0, 1.05]])
    slopes = psychometric._jacobian(theta, SNRS)
    for i, nudge in enumerate(np.eye(4) * 1e-6):
        ahead, behind = (psychometric.predicted(theta + sign * nudge, SNRS) for sign in (1, -1))
        assert slopes[:, :, i] == pytest.approx((ahead - behind) / 2e-6, abs=1e-6)


def test_curves_fitted_together_are_those_fitted_alone() -> None:
    rates = np.vstack([rates_of(Curve(m, 0.3, 0.05, 1.0)) for m in (2, 8, 14)])
    weights = np.full(rates.shape, 500.0)
    alone = np.vstack([fit_curves(SNRS, r[None], w[None]) for r, w in zip(rates, weights, strict=True)])
    assert fit_curves(SNRS, rates, weights) == pytest.approx(alone, abs=1e-4)


def test_a_curve_is_never_at_a_rate_outside_its_floor_and_ceiling() -> None:
    curve = parameters(Curve(6, 0.3, 0.2, 0.9))
    assert np.isnan([thresholds(curve, t)[0] for t in (0.1, 0.2, 0.95)]).all()
    assert curve_of(curve[0]).rate(float(thresholds(curve, 0.5)[0])) == pytest.approx(0.5)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(1, 50)), min_size=1, max_size=9))
def test_the_falling_sequence_is_that_of_isotonic_regression(pairs: list[tuple[float, float]]) -> None:
    values, weights = np.array(pairs).T
    theirs = isotonic_regression(values, weights=weights, increasing=False).x
    assert falling(values, weights) == pytest.approx(theirs, abs=1e-9)

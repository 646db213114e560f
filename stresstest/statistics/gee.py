# SPDX-License-Identifier: Apache-2.0
"""Poisson regression of errors on group × condition with speakers as clusters: a second opinion on a log ratio.

Generalized estimating equations (Liang & Zeger 1986) as statsmodels fits them. The model's last coefficient is what
`log_ratio_difference` estimates: log(rate / reference rate) of the group less that of the rest.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from stresstest.statistics.changes import Change, PairedCounts
from stresstest.statistics.intervals import LEVEL, MIN_SPEAKERS, Interval

FloatArray = NDArray[np.float64]

METHOD = "Poisson GEE, speakers as clusters, Mancl–DeRouen variance, Student's t after Welch"
MOST_CORRELATION = 0.999
"""From there on the working covariance of two rows of a speaker is as good as singular."""
NO_VARIANCE = 1e-10
"""Of a logarithm: all speakers of a side agree, which says nothing about other speakers."""


@dataclass(frozen=True, slots=True)
class PoissonFit:
    """The estimated change, and how the fit went.

    dispersion: Pearson's, 1 for counts that vary as a Poisson process does. working: the correlation that the fit
    assumes between the rows of a speaker, `exchangeable` or, where that has no solution, `independence`; the variance
    is right under either. correlation: the estimate of the exchangeable one, None under independence.
    """

    change: Change
    dispersion: float
    working: str
    correlation: float | None


def available() -> bool:
    """Whether statsmodels is installed."""
    try:
        _library()
    except ImportError:
        return False
    return True


def poisson_gee(
    group: PairedCounts, rest: PairedCounts, covariates: FloatArray | None = None, level: float = LEVEL
) -> PoissonFit | None:
    """Fit log E[errors] = log(words) + side + side × condition + covariates + covariates × condition.

    covariates: (speakers of the group, then of the rest; columns), constant within a speaker. The interval uses the
    variance of Mancl & DeRouen (2001), which is not too small with few clusters, and Welch–Satterthwaite degrees of
    freedom from the variances of the two sides. None where a rate is 0, a side has fewer than 5 speakers, the
    covariates cannot be told from the side, all speakers of a side agree, or no fit converges. Raises ImportError
    without statsmodels.
    """
    if min(group.speakers, rest.speakers) < MIN_SPEAKERS or not all(
        counts.sum() for pair in (group, rest) for counts in (pair.errors, pair.base_errors)
    ):
        return None
    rows = _rows(group, rest, covariates)
    if np.linalg.matrix_rank(rows.design) < rows.design.shape[1]:
        return None
    for working in ("exchangeable", "independence"):
        fitted = _fitted(rows, working)
        if fitted is not None:
            return _judged(fitted, rows, working, (group.speakers, rest.speakers), level)
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Two rows a speaker: reference, condition. Columns of the design: rest, rest × c, group, group × c, the others."""

    errors: FloatArray
    words: FloatArray
    speaker: NDArray[np.int64]
    design: FloatArray


def _rows(group: PairedCounts, rest: PairedCounts, covariates: FloatArray | None) -> _Rows:
    sides = np.repeat([1.0, 0.0], [group.words.size, rest.words.size])
    errors, words = (
        np.stack([np.concatenate([getattr(p, n) for p in (group, rest)]) for n in names], 1)
        for names in (("base_errors", "errors"), ("base_words", "words"))
    )
    heard = words[:, 0] > 0
    columns = np.stack([1 - sides, sides], 1)[heard]
    extra = np.empty((heard.sum(), 0)) if covariates is None else _standardized(covariates[heard])
    condition = np.tile([[0.0], [1.0]], (heard.sum(), 1))
    own, shared = np.repeat(columns, 2, axis=0), np.repeat(extra, 2, axis=0)
    design = np.stack([own[:, 0], own[:, 0] * condition[:, 0], own[:, 1], own[:, 1] * condition[:, 0]], 1)
    speaker = np.repeat(np.arange(heard.sum()), 2)
    design = np.concatenate([design, shared, shared * condition], 1)
    return _Rows(errors[heard].ravel(), words[heard].ravel(), speaker, design)


def _standardized(covariates: FloatArray) -> FloatArray:
    spread = covariates.std(axis=0)
    centered: FloatArray = (covariates - covariates.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return centered


def _fitted(rows: _Rows, working: str) -> Any:
    """The library's result, or None where it has not converged to something usable. Its warnings are the check's."""
    library = _library()
    family, offset = library["Poisson"](), np.log(rows.words)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            start = library["GLM"](rows.errors, rows.design, family=family, offset=offset).fit().params
            structure = library[working]()
            model = library["GEE"](
                rows.errors, rows.design, rows.speaker, family=family, cov_struct=structure, offset=offset
            )
            found = model.fit(start_params=start, cov_type="bias_reduced")
            usable = bool(found.converged) and np.isfinite(found.params).all() and np.isfinite(found.bse).all()
        except (np.linalg.LinAlgError, ValueError, FloatingPointError):
            return None
    if working == "exchangeable":
        usable = usable and abs(float(structure.dep_params)) < MOST_CORRELATION
    return found if usable else None


def _judged(found: Any, rows: _Rows, working: str, speakers: tuple[int, int], level: float) -> PoissonFit | None:
    contrast = np.zeros(len(found.params))
    contrast[[1, 3]] = -1.0, 1.0
    covariance = np.asarray(found.cov_params())
    value, variance = float(contrast @ found.params), float(contrast @ covariance @ contrast)
    rest, group = float(covariance[1, 1]), float(covariance[3, 3])
    if not min(variance, rest, group) > NO_VARIANCE:
        return None
    df = (rest + group) ** 2 / (rest**2 / (speakers[1] - 1) + group**2 / (speakers[0] - 1))
    error = math.sqrt(variance)
    reach = float(stdtrit(df, (1 + level) / 2)) * error
    interval = Interval(value - reach, value + reach, level, METHOD, sum(speakers))
    p_value = float(2 * stdtr(df, -abs(value) / error))
    correlation = float(found.model.cov_struct.dep_params) if working == "exchangeable" else None
    return PoissonFit(Change(value, interval, p_value), _dispersion(rows, found.params), working, correlation)


def _dispersion(rows: _Rows, coefficients: FloatArray) -> float:
    expected = rows.words * np.exp(rows.design @ coefficients)
    free = max(1, rows.design.shape[0] - rows.design.shape[1])
    return float(np.sum((rows.errors - expected) ** 2 / expected) / free)


@cache
def _library() -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from statsmodels.genmod.cov_struct import Exchangeable, Independence
        from statsmodels.genmod.families import Poisson
        from statsmodels.genmod.generalized_estimating_equations import GEE
        from statsmodels.genmod.generalized_linear_model import GLM
    return {"GEE": GEE, "GLM": GLM, "Poisson": Poisson, "exchangeable": Exchangeable, "independence": Independence}

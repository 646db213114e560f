# SPDX-License-Identifier: Apache-2.0
"""The statistics where the truth is known, in small, and proof that a wrong method would be caught.

`scripts/calibrate` does the same with thousands of worlds and writes docs/calibration.md.
"""

import functools
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

import calibration.wrong  # noqa: F401  # adds its rows to the table
from calibration.harness import Figure, figures
from calibration.methods import TABLE, Method, method
from calibration.worlds import NOISY, Batch, Setting

from stresstest.statistics import MIN_SPEAKERS

WORLDS = 300
SETTINGS = (Setting(5, 2), Setting(12, 3), Setting(12, 2, apart=True))


@functools.cache
def found() -> dict[tuple[Setting, str], Figure]:
    return {(f.setting, f.method): f for setting in SETTINGS for f in figures(setting, TABLE, WORLDS, seed=5)}


@pytest.mark.parametrize("setting", SETTINGS, ids=repr)
@pytest.mark.parametrize("name", [m.name for m in TABLE if not m.refused and m.kind != "estimate"])
def test_no_method_that_is_offered_claims_too_much(name: str, setting: Setting) -> None:
    figure = found().get((setting, name))
    if figure is not None and figure.judged:
        assert not figure.harmful, figure


@pytest.mark.parametrize("name", ["bootstrap of utterances: two groups differ", "percentile bootstrap of the gap"])
def test_a_wrong_method_is_caught(name: str) -> None:
    assert all(found()[setting, name].harmful for setting in SETTINGS[:2])


def test_the_widest_gap_is_biased_and_the_crossfit_gap_is_not() -> None:
    alike = SETTINGS[1]
    naive, crossfit = found()[alike, "gap: largest less smallest"], found()[alike, "gap: cross-fit"]
    assert naive.mean > 0.03
    assert abs(crossfit.mean) < 4 * crossfit.error


def test_a_true_difference_is_found_more_often_than_a_false_one() -> None:
    p = "gap: p"
    assert found()[SETTINGS[2], p].mean > 3 * found()[SETTINGS[1], p].mean


def test_worlds_have_the_truth_they_say() -> None:
    batch = Batch(Setting(20, 2, "both", apart=True), 0, 200, seed=3)
    for snr_db in (None, NOISY):
        table = batch.table(snr_db)
        errors, words = table.totals()
        seen = (errors / words).mean(axis=1)
        assert seen == pytest.approx(batch.truth(snr_db), rel=0.04)
    assert batch.setting.sizes == [20, 60]
    assert min(batch.setting.sizes) >= MIN_SPEAKERS


def test_figures_do_not_depend_on_what_else_is_in_the_table() -> None:
    few = [m for m in TABLE if m.name == "gap: p"]
    assert [next(figures(SETTINGS[0], few, 50, seed=5))] == [
        f for f in figures(SETTINGS[0], TABLE, 50, seed=5) if f.method == few[0].name
    ]


def test_what_a_method_refuses_is_counted_and_not_judged() -> None:
    table: list[Method] = []
    method("odd worlds", "test")(lambda batch: np.arange(batch.worlds) % 2 + np.nan)
    table.append(TABLE.pop())
    figure = next(figures(SETTINGS[0], table, 10, seed=0))
    assert figure.refused == 1
    assert np.isnan(figure.mean)

# SPDX-License-Identifier: Apache-2.0
"""Chance is an argument: names in, one generator out, everywhere the same."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stresstest.seeds import rng_for

NAMES = st.lists(st.one_of(st.integers(0, 10**9), st.from_regex(r"[ -~]{0,12}", fullmatch=True)), max_size=4)


def draw(seed: int, *names: str | int) -> list[int]:
    return rng_for(seed, *names).integers(0, 2**62, 4).tolist()


@given(st.integers(0, 2**63), NAMES)
def test_the_same_names_give_the_same_draws_and_touch_no_global_generator(seed: int, names: list[str | int]) -> None:
    before = np.random.get_state()[1].tolist()
    assert draw(seed, *names) == draw(seed, *names)
    assert np.random.get_state()[1].tolist() == before


@given(st.integers(0, 2**32), NAMES, st.integers(0, 2**32), NAMES)
def test_other_names_give_other_draws(seed: int, names: list[str | int], seed2: int, names2: list[str | int]) -> None:
    same = (seed, [str(n) for n in names]) == (seed2, [str(n) for n in names2])
    assert (draw(seed, *names) == draw(seed2, *names2)) == same


def test_names_are_kept_apart() -> None:
    assert draw(1, "ab", "c") != draw(1, "a", "bc")
    assert draw(1, "23") != draw(12, "3")
    assert draw(1, "a", "b") != draw(1, "b", "a")


def test_draws_are_those_of_any_process_and_of_any_version() -> None:
    """The numbers are a promise: they change only with a new major version."""
    draws = "rng_for(7, 'noise', 'white', 0, 'u1', 0).integers(0, 10**9, 3).tolist()"
    code = f"from stresstest.seeds import rng_for; print({draws})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[148681154, 623539047, 269838422]"


def test_generators_of_neighboring_names_are_uncorrelated() -> None:
    draws = np.array([rng_for(1, "u", k).standard_normal(2000) for k in range(20)])
    correlations = np.corrcoef(draws)[np.triu_indices(20, 1)]
    assert np.abs(correlations).max() < 0.12

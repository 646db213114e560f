# SPDX-License-Identifier: Apache-2.0
"""Every error ends a command with its status, survives the way from a worker, and says what is allowed."""

from __future__ import annotations

import pickle

import pytest

from stresstest import errors
from stresstest.errors import MissingExtraError, ParameterError, StresstestError, allowed

KINDS = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, StresstestError)]


def made(kind: type[StresstestError]) -> StresstestError:
    if issubclass(kind, MissingExtraError):
        return kind("recognizer=pocketsphinx", "pocketsphinx", "demo")
    return kind("f0_hz", "f0_hz is wrong") if issubclass(kind, ParameterError) else kind("what is wrong")


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_is_itself_after_pickling(kind: type[StresstestError]) -> None:
    error = made(kind)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error)
    assert vars(again) == vars(error)


@pytest.mark.parametrize("kind", KINDS)
def test_the_status_is_one_of_the_contract(kind: type[StresstestError]) -> None:
    assert made(kind).exit_status == (5 if kind in (errors.CellsFailedError, errors.SpendingError) else 2)


@pytest.mark.parametrize("kind", KINDS)
def test_the_tree_is_drawn_in_the_docstring_with_its_parents(kind: type[StresstestError]) -> None:
    lines = (errors.__doc__ or "").splitlines()
    drawn = [line for line in lines if line.replace("│", " ").strip(" ├└─").split(" ")[0] == kind.__name__]
    depth = kind.__mro__.index(StresstestError)
    assert len(drawn) == 1
    assert drawn[0].index(kind.__name__) == 4 + 4 * depth


def test_a_missing_extra_names_its_install_line() -> None:
    error = MissingExtraError("recognizer=pocketsphinx", "pocketsphinx", "demo")
    assert str(error).endswith("pip install 'stresstest[demo]'")


def test_allowed_lists_every_name_and_the_nearest() -> None:
    assert allowed("wite", ["white", "babble"]) == "allowed: babble, white (did you mean 'white'?)"
    assert allowed("zzz", ["white", "babble"]) == "allowed: babble, white"
    assert allowed(3, ["white"]) == "allowed: white"
    assert allowed("x", []) == "allowed: none"

# SPDX-License-Identifier: Apache-2.0
"""Numbers as a reader sees them."""

from __future__ import annotations

import pytest

from stresstest.sections import _words as words


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0312, "3.1"), (-0.0312, "−3.1"), (-0.0001, "0.0"), (0.0, "0.0"), (1.5, "150.0"), (None, "–")],
)
def test_a_fraction_in_points_has_one_decimal_a_true_minus_and_no_negative_zero(value: float, shown: str) -> None:
    assert words.number(value, scale=100) == shown


def test_signed_numbers_say_plus_but_zero_has_no_sign() -> None:
    assert [words.number(v, 2, signed=True) for v in (0.5, -0.5, 0.001)] == ["+0.50", "−0.50", "0.00"]


def test_a_small_p_is_never_shown_as_zero() -> None:
    assert words.p_text(0.00049) == "<\u00a00.001"
    assert words.p_text(0.001) == "0.001"
    assert words.p_text(None) == "–"


def test_an_interval_needs_both_ends() -> None:
    assert words.span(0.1, 0.25) == "10.0 to 25.0"
    assert words.span(None, 0.25) == "–"
    assert words.span_cell(None, 0.25).value is None


def test_one_point_is_singular() -> None:
    assert words.points(0.01) == "1.0\u00a0point"
    assert words.points(0.011) == "1.1\u00a0points"


@pytest.mark.parametrize(
    ("names", "shown"), [([], "none"), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_in_a_sentence(names: list[str], shown: str) -> None:
    assert words.listed(names) == shown


def test_only_names_written_from_right_to_left_are_isolated() -> None:
    assert words.isolated("en-us") == "en-us"
    assert words.isolated("العربية") == "\u2068العربية\u2069"


def test_a_group_is_shown_with_spaces_and_kept_by_its_name() -> None:
    cell = words.group_cell("received_pronunciation")
    assert (cell.text, cell.value) == ("received pronunciation", "received_pronunciation")
    assert words.group_title("_") == "_"
    assert words.group_cell(None).text == "–"

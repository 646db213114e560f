# SPDX-License-Identifier: Apache-2.0
"""Drawing: stable bytes, no trace left behind, colors that can be told apart."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from typing import Any

import matplotlib
import numpy as np
import pytest

from stresstest.sections._figures import drawn, group_styles, slug
from stresstest.sections._heat import ROWS_A_FIGURE, Heat, Tile, heat_figures, luminance


def _line(axes: Any) -> None:
    axes.plot([0, 1, 2], [1, 3, 2], marker="o", label="a line")
    axes.legend()


def test_equal_drawings_have_equal_bytes_and_leave_the_settings_as_they_were() -> None:
    before = dict(matplotlib.rcParams)
    first = drawn("a", "caption", "alt", (3, 2), _line)
    assert drawn("a", "caption", "alt", (3, 2), _line) == first
    assert dict(matplotlib.rcParams) == before


def test_text_stays_text_whatever_its_script_and_is_not_read_as_mathematics() -> None:
    names = ["العربية", "中文", "<b>&", "$x^2$"]

    def draw(axes: Any) -> None:
        axes.set_xticks(range(4), names)

    figure = drawn("a", "", "", (3, 2), draw)
    texts = {t.text for t in ElementTree.fromstring(figure.svg).iter("{http://www.w3.org/2000/svg}text")}
    assert set(names) <= texts


def test_a_drawing_refers_to_nothing_outside_of_it() -> None:
    root = ElementTree.fromstring(drawn("a", "", "", (3, 2), _line).svg)
    links = [v for e in root.iter() for k, v in e.attrib.items() if k.endswith("href")]
    assert links
    assert all(link.startswith("#") for link in links)


def test_sixteen_groups_have_sixteen_styles_and_eight_in_a_row_differ_in_color_and_marker() -> None:
    styles = list(group_styles([f"g{i}" for i in range(16)]).values())
    assert len({(s.color, s.marker, str(s.dash)) for s in styles}) == 16
    for k in range(9):
        assert len({s.color for s in styles[k : k + 8]}) == len({s.marker for s in styles[k : k + 8]}) == 8


@pytest.mark.parametrize("colors", ["cividis_r", "PuOr_r"])
def test_the_number_in_a_tile_is_readable_on_every_color(colors: str) -> None:
    """Contrast by WCAG 2.2 at least 3.5 for the text color that is chosen."""
    ink = luminance(matplotlib.colors.to_rgb("#1b2430"))
    for face in matplotlib.colormaps[colors](np.linspace(0, 1, 256)):
        ground = luminance(face)
        text = ink if ground > 0.2 else 1.0
        assert (max(ground, text) + 0.05) / (min(ground, text) + 0.05) >= 3.5


@pytest.mark.parametrize(("rows", "figures"), [(1, 1), (ROWS_A_FIGURE, 1), (ROWS_A_FIGURE + 1, 2), (60, 2)])
def test_a_long_heat_map_is_cut_into_sheets_and_loses_no_row(rows: int, figures: int) -> None:
    names = tuple(f"row-{i}." for i in range(rows))
    heat = Heat(names, ("a",), tuple((Tile("1", 0.1),) for _ in names), "cividis_r", 0, 1)
    found = heat_figures("map", "caption", "alt", heat)
    assert len(found) == len({f.name for f in found}) == figures
    assert all(any(name in f.svg for f in found) for name in names)


@pytest.mark.parametrize(
    ("text", "name"), [("ward babble", "ward_babble"), ("../a/b", "a_b"), ("中文", "x"), ("", "x")]
)
def test_a_slug_is_a_plain_file_name(text: str, name: str) -> None:
    assert slug(text) == name


def test_a_drawing_brings_its_own_white_ground() -> None:
    root = ElementTree.fromstring(drawn("a", "", "", (3, 2), _line).svg)
    ground = next(root.iter("{http://www.w3.org/2000/svg}path"))
    width, height = (float(v) for v in root.attrib["viewBox"].split()[2:])
    corners = {float(v) for v in ground.attrib["d"].split() if v[0] in "0123456789"}
    assert "#ffffff" in ground.attrib["style"]
    assert corners == {0.0, width, height}

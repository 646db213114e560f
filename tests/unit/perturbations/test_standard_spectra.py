# SPDX-License-Identifier: Apache-2.0
"""The tables in the shipped profiles have the overall levels that their sources state."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from stresstest.audio.levels import a_weighted, a_weighting_db, rms_dbov
from stresstest.audio.spectra import band_edges, third_octave_levels
from stresstest.perturbations.shaped import Shaped

PROFILES = Path(__file__).resolve().parents[3] / "noise_profiles" / "noise"


def table(name: str) -> dict[str, Any]:
    data = yaml.safe_load((PROFILES / f"{name}.yaml").read_text(encoding="utf-8"))
    return {key: data[key] for key in ("bands_hz", "levels_db", "per_hz") if key in data}


def band_levels(name: str) -> tuple[np.ndarray, np.ndarray]:
    given = table(name)
    bands_hz, levels_db = np.array(given["bands_hz"], float), np.array(given["levels_db"], float)
    if given.get("per_hz"):
        levels_db = levels_db + 10 * np.log10(np.diff(band_edges(bands_hz)))
    return bands_hz, levels_db


def total_db(levels_db: np.ndarray) -> float:
    return float(10 * np.log10(np.sum(10 ** (levels_db / 10))))


@pytest.mark.parametrize(("name", "dba"), [("room_hoth", 50.0), ("hvac_nc35", 44.2), ("speech_shaped", 65.9)])
def test_the_table_has_its_a_weighted_level(name: str, dba: float) -> None:
    bands_hz, levels_db = band_levels(name)
    assert total_db(levels_db + a_weighting_db(bands_hz)) == pytest.approx(dba, abs=0.1)


def test_the_average_speech_spectrum_is_at_70_db_overall() -> None:
    assert total_db(band_levels("speech_shaped")[1]) == pytest.approx(70.0, abs=0.1)


@pytest.mark.parametrize("name", ["room_hoth", "hvac_nc35", "speech_shaped"])
def test_the_sound_itself_has_the_tables_a_weighted_level_and_bands(name: str) -> None:
    """The noise, set to the table's overall level, measured by the a_weighted filter and by third octaves."""
    rate_hz, (bands_hz, levels_db) = 48000, band_levels(name)
    made = Shaped.from_parameters(table(name)).generate(30 * rate_hz, rate_hz, np.random.default_rng(0), ())
    overall = total_db(levels_db)
    dba = overall + rms_dbov(a_weighted(made.samples, rate_hz))
    assert dba == pytest.approx(total_db(levels_db + a_weighting_db(bands_hz)), abs=0.35)
    if name != "hvac_nc35":  # its bands are octaves
        centers, measured = third_octave_levels(made.samples, rate_hz)
        error = [
            m + overall - levels_db[np.abs(np.log(bands_hz / c)).argmin()]
            for c, m in zip(centers, measured, strict=True)
            if bands_hz[0] * 0.99 < c < bands_hz[-1] * 1.01
        ]
        assert len(error) > 15
        assert np.abs(error).max() < 1


def test_third_octave_centers_rise_by_a_tenth_of_a_decade() -> None:
    centers, _ = third_octave_levels(np.random.default_rng(0).standard_normal(16000), 16000)
    assert [b / a for a, b in pairwise(centers)] == pytest.approx([10**0.1] * (len(centers) - 1))

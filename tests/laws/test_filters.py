# SPDX-License-Identifier: Apache-2.0
"""Filters and convolution against the reference implementations of numpy and scipy."""

from __future__ import annotations

import sys
from subprocess import run

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from stresstest.audio import Waveform
from stresstest.audio.spectra import convolved, fir_from_curve
from stresstest.perturbations.band_limit import BandLimit


@given(st.integers(1, 2000), st.integers(1, 300), st.integers(0, 2**32 - 1), st.data())
def test_convolution_is_that_of_the_definition(frames: int, taps: int, seed: int, data: st.DataObject) -> None:
    rng = np.random.default_rng(seed)
    wave, response = Waveform(rng.standard_normal(frames), 16000), rng.standard_normal(taps)
    delay = data.draw(st.integers(0, taps - 1))
    expected = np.convolve(wave.samples.astype(np.float64), response)[delay : delay + frames]
    np.testing.assert_allclose(convolved(wave, response, delay).samples, expected, atol=2e-5)


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 48000])
@pytest.mark.parametrize(("low_hz", "high_hz"), [(0.0, 3400.0), (300.0, 3400.0), (300.0, 96000.0)])
def test_a_band_is_the_windowed_design(rate_hz: int, low_hz: float, high_hz: float) -> None:
    size = 2 * round(0.05 * rate_hz / 2) + 1
    edges = [edge for edge in (low_hz, high_hz) if 0 < edge < rate_hz / 2]
    expected = signal.firwin(size, edges, pass_zero=low_hz == 0, fs=rate_hz)
    click = np.zeros(2 * size - 1, np.float32)
    click[size - 1] = 1
    answer = BandLimit(low_hz, high_hz).apply(Waveform(click, rate_hz), np.random.default_rng(0)).samples
    np.testing.assert_allclose(answer[size - 1 - size // 2 :][:size], expected, atol=1e-7)


def test_a_curve_is_the_frequency_sampling_design() -> None:
    points = [(50.0, -59.5), (300.0, -7.2), (1000.0, 0.0), (3400.0, 1.7), (4000.0, -32.9)]
    taps = fir_from_curve(points, 16000)
    curve, grid = np.array(points), np.linspace(0, 8000, 16385)
    gain_db = np.interp(np.log(np.maximum(grid, 1e-3)), np.log(curve[:, 0]), curve[:, 1])
    expected = signal.firwin2(taps.size, grid, 10 ** (gain_db / 20), nfreqs=16385, fs=16000)
    np.testing.assert_allclose(taps, expected, atol=1e-12)


def test_a_worker_starts_without_what_takes_long_to_import() -> None:
    slow = ("scipy.signal", "scipy.stats", "pyarrow", "torch", "matplotlib", "audiomentations", "hydra")
    code = f"import sys, stresstest.engine.worker; sys.exit(' '.join(m for m in {slow} if m in sys.modules) or 0)"
    found = run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr

# SPDX-License-Identifier: Apache-2.0
"""Quality of a recording on signals of known level, SNR, band and clipping."""

import math

import numpy as np
import pytest
from scipy import signal

from stresstest.audio import Waveform
from stresstest.audio.files import resample
from stresstest.audio.levels import active_speech_level
from stresstest.audio.quality import band_edge, clipped_share, measure, trace
from stresstest.errors import AudioError

RATE = 16000


def talk(rng: np.random.Generator, seconds: float = 6.0, rate: int = RATE, level_db: float = -26.0) -> np.ndarray:
    """Noise with the tilt of speech in syllables of 4 Hz, with pauses of half a second; active part at `level_db`."""
    t = np.arange(round(seconds * rate)) / rate
    syllables = np.clip(np.sin(2 * np.pi * 4 * t), 0.1, None)
    speaking = (t % 2.0) < 1.5
    colored = signal.lfilter([1.0], [1.0, -0.85], rng.standard_normal(t.size))
    wave = colored * syllables * speaking
    return wave / np.sqrt(np.square(wave[speaking]).mean()) * 10 ** (level_db / 20)


def noise(rng: np.random.Generator, size: int, level_db: float, pole: float = 0.0) -> np.ndarray:
    made = signal.lfilter([1.0], [1.0, -pole], rng.standard_normal(size))
    return made / np.sqrt(np.square(made).mean()) * 10 ** (level_db / 20)


@pytest.mark.parametrize("snr", [10, 20, 30, 45])
@pytest.mark.parametrize("pole", [0.0, 0.95])
@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_a_known_snr_is_found(snr: float, pole: float, rate: int) -> None:
    rng = np.random.default_rng(snr)
    speech = talk(rng, rate=rate)
    level = active_speech_level(Waveform(speech, rate)).dbov
    found = measure(Waveform(speech + noise(rng, speech.size, level - snr, pole), rate))
    assert found.snr_db == pytest.approx(snr, abs=1.5)
    assert found.level_dbov == pytest.approx(level, abs=0.5)


@pytest.mark.parametrize("gain_db", [-12, 12])
def test_a_gain_changes_the_level_and_nothing_else(gain_db: float) -> None:
    rng = np.random.default_rng(1)
    speech = talk(rng)
    wave = Waveform(speech + noise(rng, speech.size, -56), RATE)
    before, after = measure(wave), measure(wave.scaled_db(gain_db))
    assert after.level_dbov - before.level_dbov == pytest.approx(gain_db, abs=0.3)
    assert after.snr_db == pytest.approx(before.snr_db, abs=0.3)
    assert after.bandwidth_hz == before.bandwidth_hz


@pytest.mark.parametrize("covered", [False, True])
@pytest.mark.parametrize(
    ("rate", "edge"), [(16000, 3400), (16000, 4000), (16000, 7000), (44100, 11000), (44100, 16000), (48000, 8000)]
)
def test_a_known_band_is_found(rate: int, edge: float, covered: bool) -> None:
    """Also where noise of the recording, 35 dB under the speech, covers what the filter has cut."""
    rng = np.random.default_rng(2)
    filtered = signal.sosfiltfilt(signal.ellip(8, 0.1, 60, edge, fs=rate, output="sos"), talk(rng, 3.0, rate))
    floor = noise(rng, filtered.size, -61 if covered else -95)
    bandwidth, cut = band_edge(Waveform(filtered + floor, rate))
    assert bandwidth == pytest.approx(edge, rel=0.1)
    assert cut == bandwidth
    assert trace(cut)


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_a_whole_band_has_no_cut(rate: int) -> None:
    rng = np.random.default_rng(3)
    speech = talk(rng, 3.0, rate)
    bandwidth, cut = band_edge(Waveform(speech + noise(rng, speech.size, -70), rate))
    assert bandwidth == pytest.approx(rate / 2, rel=0.05)
    assert math.isnan(cut)
    assert trace(cut) is None


def test_speech_recorded_at_a_low_rate_is_found_at_a_high_one() -> None:
    speech = resample(Waveform(talk(np.random.default_rng(4), 3.0, 8000), 8000), RATE)
    bandwidth, _ = band_edge(speech)
    assert bandwidth == pytest.approx(4000, rel=0.1)
    assert trace(bandwidth) == "a telephone or an 8 kHz recording"


@pytest.mark.parametrize("limit", [0.1, 0.2, 0.5])
def test_clipping_is_counted_to_the_sample(limit: float) -> None:
    rng = np.random.default_rng(5)
    loud = np.convolve(rng.standard_normal(RATE), np.ones(12) / 12, "same")
    clipped = np.clip(loud, -limit, limit)
    expected = float((np.abs(loud) >= limit).mean())
    assert clipped_share(Waveform(clipped, RATE)) == pytest.approx(expected, abs=1e-12)
    assert clipped_share(Waveform(clipped.clip(-limit, None), RATE)) > 0.02
    assert clipped_share(Waveform(0.01 * clipped, RATE)) == 0


def test_loud_speech_that_is_not_clipped_has_no_clipping() -> None:
    wave = Waveform(talk(np.random.default_rng(6), level_db=-14), RATE)
    sixteen = Waveform(wave.samples / np.abs(wave.samples).max(), RATE).pcm16() / np.float32(32767)
    assert clipped_share(Waveform(sixteen, RATE)) == 0


def test_digital_silence_in_the_pauses_counts_as_quantization_noise() -> None:
    found = measure(Waveform(talk(np.random.default_rng(7)), RATE))
    assert 70 < found.snr_db < 76


def test_silence_has_no_quality() -> None:
    with pytest.raises(AudioError, match="No active speech"):
        measure(Waveform(np.zeros(RATE), RATE))

# SPDX-License-Identifier: Apache-2.0
"""Codecs and lost packets: lag, length, bits and rates."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from scipy import signal

from stresstest.audio import Waveform
from stresstest.audio.levels import rms_dbov
from stresstest.errors import ParameterError
from stresstest.perturbations import Effect
from stresstest.perturbations._telephone import decoded
from stresstest.perturbations.adpcm import Adpcm
from stresstest.perturbations.cvsd import Cvsd
from stresstest.perturbations.g711 import G711
from stresstest.perturbations.gsm import Gsm
from stresstest.perturbations.packet_loss import PacketLoss
from stresstest.seeds import rng_for

CODECS = [G711("mu"), G711("a"), Gsm(), Adpcm(32), Cvsd()]


def _speech_like(rate_hz: int, frames: int) -> Waveform:
    """Noise under 3 kHz with a syllabic envelope, about -25 dBov."""
    noise = signal.sosfilt(
        signal.butter(4, [200, 3000], "band", fs=rate_hz, output="sos"), rng_for(2).standard_normal(frames)
    )
    noise *= 1 + np.sin(2 * np.pi * 4 * np.arange(frames) / rate_hz)
    return Waveform((noise * 10 ** (-25 / 20) / noise.std()).astype(np.float32), rate_hz)


def _mu_law_levels() -> np.ndarray[Any, Any]:
    """The decoder's values of ITU-T G.711, table 2a, in 16 bits: ((2 step + 33) × 2^chord - 33) × 4."""
    positive = np.array([((2 * step + 33) * 2**chord - 33) * 4 for chord in range(8) for step in range(16)])
    return np.unique(np.concatenate([positive, -positive]))


def _a_law_levels() -> np.ndarray[Any, Any]:
    """The decoder's values of ITU-T G.711, table 1a, in 16 bits."""
    positive = [(2 * s + 1) * 8 for s in range(16)]
    positive += [(2 * s + 33) * 8 * 2 ** (c - 1) for c in range(1, 8) for s in range(16)]
    return np.unique(np.concatenate([positive, np.negative(positive)]))


@pytest.mark.parametrize(("law", "levels"), [("mu", _mu_law_levels()), ("a", _a_law_levels())])
def test_g711_decodes_to_the_values_of_the_standard_and_stays_within_half_a_step(
    law: str, levels: np.ndarray[Any, Any]
) -> None:
    pcm = np.arange(-32768, 32768).astype(np.int16)
    values = decoded(G711(law).sent(pcm), pcm.size).astype(int)
    np.testing.assert_array_equal(np.unique(values), levels)
    assert (np.diff(values) >= 0).all()
    gaps = np.diff(levels)
    largest_gap = np.maximum(np.append(gaps, gaps[-1]), np.append(gaps[0], gaps))[np.searchsorted(levels, values)]
    reached = np.abs(pcm.astype(int)) <= levels.max()
    assert (np.abs(values - pcm) <= largest_gap / 2 + 8)[reached].all()
    np.testing.assert_array_equal(decoded(G711(law).sent(values.astype(np.int16)), pcm.size), values)


def test_mu_law_has_an_snr_of_37_db_for_speech_at_minus_25_dbov() -> None:
    wave = _speech_like(8000, 80000)
    coded = G711("mu").apply(wave, rng_for(0)).samples
    assert rms_dbov(wave.samples) - rms_dbov(coded - wave.samples) == pytest.approx(37, abs=1)


@pytest.mark.parametrize("codec", CODECS, ids=["mu", "a", "gsm", "adpcm", "cvsd"])
@pytest.mark.parametrize(("rate_hz", "frames"), [(8000, 24001), (16000, 47999), (44100, 100003)])
def test_a_codec_keeps_length_and_adds_no_delay(codec: Effect, rate_hz: int, frames: int) -> None:
    wave = _speech_like(rate_hz, frames)
    coded = codec.apply(wave, rng_for(0)).samples
    assert coded.size == frames
    correlation = signal.correlate(coded.astype(float), wave.samples.astype(float), method="fft")
    assert abs(int(correlation.argmax()) - (frames - 1)) <= rate_hz / 8000
    assert rms_dbov(coded) == pytest.approx(rms_dbov(wave.samples), abs=1.5)


@pytest.mark.parametrize("codec", CODECS, ids=["mu", "a", "gsm", "adpcm", "cvsd"])
def test_a_codec_never_clips_what_exceeds_full_scale(codec: Effect) -> None:
    hot = _speech_like(16000, 32000).scaled_db(35)
    assert np.abs(hot.samples).max() > 5
    coded = codec.apply(hot, rng_for(0)).samples
    assert rms_dbov(coded) == pytest.approx(rms_dbov(hot.samples), abs=2.5)


def _by_ffmpeg(pcm: np.ndarray[Any, np.dtype[np.int16]], kbps: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """G.726 encoded and decoded by FFmpeg, in a WAV file in memory."""
    import av

    memory = io.BytesIO()
    with av.open(memory, "w", format="wav") as file:
        stream = file.add_stream("g726", rate=8000, layout="mono")
        stream.bit_rate = kbps * 1000
        frame = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
        frame.sample_rate = 8000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)
    memory.seek(0)
    with av.open(memory) as file:
        return np.concatenate([f.to_ndarray().ravel() for f in file.decode(audio=0)]).astype(np.float64)[: pcm.size]


@pytest.mark.parametrize("kbps", [24, 32, 40])
def test_adpcm_is_as_noisy_as_another_implementation_of_g726(kbps: int) -> None:
    pcm = _speech_like(8000, 40000).pcm16()
    errors = [decoded(Adpcm(kbps).sent(pcm), pcm.size) - pcm.astype(float), _by_ffmpeg(pcm, kbps) - pcm]
    assert rms_dbov(errors[0]) == pytest.approx(rms_dbov(errors[1]), abs=1)


@pytest.mark.parametrize("kbps", [16, 33, True, "32"])
def test_a_rate_that_adpcm_has_not_is_refused(kbps: object) -> None:
    with pytest.raises(ParameterError, match="one of 24, 32, 40") as refusal:
        Adpcm.from_parameters({"bitrate_kbps": kbps})
    assert refusal.value.key == "bitrate_kbps"


def test_nothing_above_4_khz_passes_a_codec() -> None:
    tone = Waveform((0.3 * np.sin(2 * np.pi * 5000 * np.arange(16000) / 16000)).astype(np.float32), 16000)
    assert rms_dbov(G711("mu").apply(tone, rng_for(0)).samples + 1e-9) < -60


@pytest.mark.parametrize(("loss_percent", "mean_burst"), [(1, 1.1), (3, 2), (5, 3), (10, 4), (20, 5)])
def test_loss_and_burst_length_are_what_was_asked(loss_percent: float, mean_burst: float) -> None:
    lost = PacketLoss(loss_percent, mean_burst).lost(400_000, rng_for(11))
    bursts = np.count_nonzero(lost[1:] & ~lost[:-1]) + int(lost[0])
    assert lost.mean() * 100 == pytest.approx(loss_percent, rel=0.05)
    assert lost.sum() / bursts == pytest.approx(mean_burst, rel=0.05)


def test_the_first_packet_is_as_likely_lost_as_any() -> None:
    first = [PacketLoss(30, 4).lost(1, rng_for(k))[0] for k in range(4000)]
    assert np.mean(first) == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("concealment", ["zero", "repeat"])
def test_a_lost_packet_is_played_as_its_concealment_says(concealment: str) -> None:
    kind = PacketLoss(40, 2, packet_ms=10, concealment=concealment)
    wave = Waveform(rng_for(0).standard_normal(16077).astype(np.float32), 16000)
    lost = kind.lost(101, rng_for(4))
    played = kind.apply(wave, rng_for(4)).samples
    assert lost.any()
    assert played.size == 16077
    last = np.zeros(160, np.float32)
    for k, is_lost in enumerate(lost[:100]):
        packet = wave.samples[160 * k : 160 * k + 160]
        expected = (last if concealment == "repeat" else np.zeros(160)) if is_lost else packet
        np.testing.assert_array_equal(played[160 * k : 160 * k + 160], expected)
        last = last if is_lost else packet


def test_no_loss_changes_nothing() -> None:
    wave = Waveform(rng_for(0).standard_normal(1001).astype(np.float32), 16000)
    np.testing.assert_array_equal(PacketLoss(0).apply(wave, rng_for(0)).samples, wave.samples)


@pytest.mark.parametrize(
    ("parameters", "key"),
    [
        ({"loss_percent": 95}, "loss_percent"),
        ({"loss_percent": 80, "mean_burst": 2}, "mean_burst"),
        ({"loss_percent": 5, "mean_burst": 0.5}, "mean_burst"),
        ({"loss_percent": 5, "concealment": "guess"}, "concealment"),
        ({"mean_burst": 2}, "loss_percent"),
    ],
)
def test_an_impossible_loss_is_refused(parameters: dict[str, Any], key: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        PacketLoss.from_parameters(parameters)
    assert refusal.value.key == key

# SPDX-License-Identifier: Apache-2.0
"""Codecs by FFmpeg: length, determinism, lost frames, and what is refused."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.audio import Waveform
from stresstest.audio.levels import rms_dbov
from stresstest.claims._coding import speech_like
from stresstest.errors import MissingExtraError, ParameterError
from stresstest.perturbations._av import CODERS
from stresstest.perturbations.codec import Codec
from stresstest.seeds import rng_for

MODES = [(name, kbps) for name, coder in CODERS.items() for kbps in (coder.kbps[0], coder.kbps[-1])]


def _error_db(kind: Codec, wave: Waveform) -> float:
    return rms_dbov(kind.apply(wave, rng_for(0)).samples - wave.samples) - rms_dbov(wave.samples)


@pytest.mark.parametrize(("name", "kbps"), MODES)
def test_a_fresh_encoder_gives_the_same_bytes_and_chance_plays_no_part(name: str, kbps: float) -> None:
    wave, kind = speech_like(16000), Codec(name, kbps)
    first = kind.apply(wave, rng_for(0)).samples
    assert kind.apply(wave, rng_for(1)).samples.tobytes() == first.tobytes()
    assert rms_dbov(first) == pytest.approx(rms_dbov(wave.samples), abs=2.5)


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import hashlib; from stresstest.claims._coding import speech_like; from stresstest.perturbations.codec import "
        "Codec\nfor mode in [('amr_nb', 4.75), ('opus', 12), ('mp3', 16)]:\n"
        "    print(hashlib.sha256(Codec(*mode).apply(speech_like(16000), None).samples.tobytes()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    kinds = [Codec("amr_nb", 4.75), Codec("opus", 12), Codec("mp3", 16)]
    here = [hashlib.sha256(k.apply(speech_like(16000), rng_for(0)).samples.tobytes()).hexdigest() for k in kinds]
    assert there == here


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(MODES), st.sampled_from([8000, 11025, 16000, 44100, 48000]), st.integers(1, 5000), st.floats(0, 40)
)
def test_any_length_rate_and_level_comes_back_as_long(
    mode: tuple[str, float], rate_hz: int, frames: int, gain_db: float
) -> None:
    wave = Waveform((0.1 * rng_for(frames).standard_normal(frames)).astype(np.float32), rate_hz).scaled_db(gain_db)
    coded = Codec(*mode).apply(wave, rng_for(0))
    assert (coded.rate_hz, coded.samples.size) == (rate_hz, frames)


@pytest.mark.parametrize("name", ["amr_nb", "opus", "mp3", "aac"])
def test_more_bits_come_closer_to_the_original(name: str) -> None:
    rates = CODERS[name].kbps
    low, high = (_error_db(Codec(name, kbps), speech_like(16000)) for kbps in (rates[0], rates[-1]))
    assert high < low - 1


@pytest.mark.parametrize(("name", "kbps"), MODES)
def test_a_codec_never_clips_what_exceeds_full_scale(name: str, kbps: float) -> None:
    hot = speech_like(16000).scaled_db(25)
    assert np.abs(hot.samples).max() > 4
    coded = Codec(name, kbps).apply(hot, rng_for(0)).samples
    assert rms_dbov(coded) == pytest.approx(rms_dbov(hot.samples), abs=4)


def test_frames_before_the_first_loss_are_untouched_and_a_long_gap_fades() -> None:
    wave = speech_like(8000, 8.0)
    whole = Codec("amr_nb", 12.2).apply(wave, rng_for(0)).samples
    kind = Codec("amr_nb", 12.2, loss_percent=50, mean_burst=25)
    packets = [bytes([k % 100]) for k in range(402)]
    lost = np.array([packet == b"\x7c" for packet in kind.received(packets, rng_for(3))])
    edges = np.flatnonzero(np.diff(np.concatenate(([False], lost, [False])).astype(int)))
    first = int(edges[0])
    assert first > 2
    heard = kind.apply(wave, rng_for(3)).samples
    before = first * 160 - 40
    np.testing.assert_array_equal(heard[:before], whole[:before])
    start, stop = max(zip(edges[::2], edges[1::2], strict=True), key=lambda gap: gap[1] - gap[0])
    assert stop - start > 20
    gap = slice(start * 160 + 12 * 160, stop * 160 - 160)
    assert rms_dbov(heard[gap] + 1e-9) < rms_dbov(whole[gap]) - 30


@pytest.mark.parametrize(
    ("parameters", "key", "says"),
    [
        ({"codec": "amrnb", "bitrate_kbps": 12.2}, "codec", r"did you mean 'amr_nb'\?"),
        ({"codec": "amr_nb", "bitrate_kbps": 12}, "bitrate_kbps", r"one of 4\.75, .*12\.2; got 12"),
        ({"codec": "g722", "bitrate_kbps": True}, "bitrate_kbps", "one of 64"),
        (
            {"codec": "opus", "bitrate_kbps": 12, "loss_percent": 5},
            "loss_percent",
            "after opus put a layer packet_loss",
        ),
        ({"codec": "amr_nb", "bitrate_kbps": 12.2, "loss_percent": 80}, "mean_burst", "at least 4"),
        ({"codec": "opus"}, "bitrate_kbps", "missing"),
    ],
)
def test_what_a_codec_has_not_is_refused(parameters: dict[str, Any], key: str, says: str) -> None:
    with pytest.raises(ParameterError, match=says) as refusal:
        Codec.from_parameters(parameters)
    assert refusal.value.key == key


def test_without_the_extra_the_install_line_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'stresstest\[codecs\]'"):
        Codec("g722", 64).apply(speech_like(16000), rng_for(0))

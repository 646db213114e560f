# SPDX-License-Identifier: Apache-2.0
"""Copies with changed line endings are told from sound ones, in speech-like tones and in real speech."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from specimens import timit

from stresstest.corpora._byte_shift import MOST_SHIFTED, refuse_shifted, shifted_share
from stresstest.corpora.timit import Timit
from stresstest.errors import CorpusError

REAL = sorted((Path(__file__).parents[4] / "shared" / "data" / "vctk_mini" / "audio").glob("*.wav"))
CRLF = 0x0A0D
"""A sample whose two bytes are carriage return and line feed."""


def tone(level: float, hertz: float, seconds: float = 1.0) -> NDArray[np.int16]:
    t = np.arange(round(16000 * seconds)) / 16000
    breath = np.random.default_rng(1).normal(0, 3, t.size)
    return np.asarray(level * np.sin(2 * np.pi * hertz * t) * (1 + np.sin(7 * t)) / 2 + breath, np.int16)


def as_text(samples: NDArray[np.int16], old: bytes, new: bytes) -> NDArray[np.int16]:
    raw = samples.astype("<i2").tobytes().replace(old, new)
    return np.frombuffer(raw[: len(raw) // 2 * 2], "<i2")


@settings(max_examples=30, deadline=None)
@given(st.floats(1, 30000), st.floats(60, 1000))
def test_sound_copies_pass_at_any_level(level: float, hertz: float) -> None:
    assert shifted_share(tone(level, hertz)) <= MOST_SHIFTED


@settings(max_examples=20, deadline=None)
@given(st.floats(500, 30000), st.floats(60, 1000))
def test_a_line_feed_that_grew_is_noticed(level: float, hertz: float) -> None:
    assert shifted_share(as_text(tone(level, hertz), b"\n", b"\r\n")) > MOST_SHIFTED


def test_a_single_dropped_byte_is_noticed() -> None:
    samples = tone(8000, 200)
    samples[300] = CRLF
    damaged = as_text(samples, b"\r\n", b"\n")
    assert shifted_share(samples) <= MOST_SHIFTED < shifted_share(damaged) / 5


def test_eight_bit_speech_in_sixteen_bits_is_no_damage() -> None:
    assert shifted_share((tone(20000, 200) // 256 * 256).astype(np.int16)) == 0.0


@pytest.mark.parametrize("samples", [0, 1, 63, 64, 65])
def test_silence_and_files_shorter_than_a_block_pass(samples: int) -> None:
    assert shifted_share(np.zeros(samples, np.int16)) == 0.0


def test_a_sphere_file_with_more_line_feeds_is_refused_as_such(tmp_path: Path) -> None:
    timit.make(tmp_path)
    for file in tmp_path.rglob("*.WAV"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    with pytest.raises(CorpusError, match=r"SA1\.WAV: cannot be read .*line endings changed.*binary mode"):
        Timit(str(tmp_path)).utterances()


def test_a_sphere_file_with_fewer_carriage_returns_is_refused_by_its_noise(tmp_path: Path) -> None:
    timit.make(tmp_path)
    samples = tone(8000, 200)
    samples[300] = CRLF
    damaged = tmp_path / "TEST" / "DR6" / "MABC0" / "SA1.WAV"
    soundfile.write(damaged, samples, 16000, format="NIST", subtype="PCM_16")
    Timit(str(tmp_path)).utterances()
    damaged.write_bytes(damaged.read_bytes().replace(b"\r\n", b"\n"))
    with pytest.raises(CorpusError, match=r"MABC0/SA1\.WAV: \d+% of the recording is noise.*line endings changed"):
        Timit(str(tmp_path)).utterances()


@pytest.mark.skipif(not REAL, reason="the real recordings are not beside the repository")
def test_real_speech_passes_and_is_refused_when_it_is_damaged(tmp_path: Path) -> None:
    refuse_shifted(REAL)
    for file in REAL[:10]:
        samples, rate_hz = soundfile.read(file, dtype="int16")
        soundfile.write(tmp_path / file.name, as_text(samples, b"\n", b"\r\n"), rate_hz)
        with pytest.raises(CorpusError, match=f"{file.name}: .* is noise"):
            refuse_shifted([tmp_path / file.name])

# SPDX-License-Identifier: Apache-2.0
"""`stresstest corpus describe --quality`: what differs between the recordings of the groups, with its size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.audio.files import write
from stresstest.cli import main


def corpus(folder: Path, snr_of: dict[str, float]) -> Path:
    """Six speakers a group, one recording each, at a known SNR."""
    lines = ["id,audio,text,speaker,accent"]
    t = np.arange(32000) / 16000
    for accent, snr in snr_of.items():
        for s in range(6):
            rng = np.random.default_rng([s, int(snr)])
            speech = 0.05 * rng.standard_normal(t.size) * np.clip(np.sin(2 * np.pi * 3 * t), 0, 1) * (t % 1 < 0.7)
            noise = np.sqrt(np.square(speech[t % 1 < 0.7]).mean()) * 10 ** (-snr / 20) * rng.standard_normal(t.size)
            write(folder / f"{accent}{s}.wav", Waveform(speech + noise, 16000))
            lines.append(f"{accent}{s},{accent}{s}.wav,one two,{accent}{s},{accent}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "manifest.csv"


@pytest.mark.parametrize("far", [15.0, 30.0])
def test_a_difference_of_recordings_is_warned_of_and_likeness_is_not(
    far: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = corpus(tmp_path, {"near": 30.0, "far": far})
    assert main(["corpus", "describe", "manifest", f"path={manifest}", "--quality"]) == 0
    said = capsys.readouterr().out
    assert "Reverberation is not estimated." in said
    assert "SNR (dB)" in said
    warned = "The groups were not recorded alike: SNR" in said
    assert warned == (far < 30)


def test_nothing_is_measured_unless_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = corpus(tmp_path, {"near": 30.0})
    assert main(["corpus", "describe", "manifest", f"path={manifest}"]) == 0
    assert "SNR" not in capsys.readouterr().out

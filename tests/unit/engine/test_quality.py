# SPDX-License-Identifier: Apache-2.0
"""The quality of a corpus: bounded, seeded, the same whatever the order, and what was planted is found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import signal

from stresstest.audio import Waveform
from stresstest.audio.files import write
from stresstest.corpora import Utterance
from stresstest.engine.quality import MEASURES, describe_quality, sample

RATE = 16000


def corpus(folder: Path, speakers: int = 6, utterances: int = 2) -> list[Utterance]:
    """Two groups of 30 dB and of 15 dB of SNR; the second over a telephone, and with one file that is gone."""
    made = []
    for group, snr in (("near", 30), ("far", 15)):
        for s in range(speakers):
            for k in range(utterances):
                rng = np.random.default_rng([s, k, snr])
                t = np.arange(2 * RATE) / RATE
                speech = rng.standard_normal(t.size) * np.clip(np.sin(2 * np.pi * 3 * t), 0, 1) * (t % 1 < 0.7)
                speech = 0.05 * signal.lfilter([1], [1, -0.85], speech)
                active = np.sqrt(np.square(speech[t % 1 < 0.7]).mean())
                speech += active * 10 ** (-snr / 20) * rng.standard_normal(t.size)
                if group == "far":
                    speech = signal.sosfiltfilt(signal.ellip(8, 0.1, 60, 3400, fs=RATE, output="sos"), speech)
                path = folder / f"{group}-{s}-{k}.wav"
                write(path, Waveform(speech, RATE))
                made.append(Utterance(path.stem, path, "one two", f"{group}-{s}", group))
    made[-1].audio.unlink()
    return made


@pytest.fixture(scope="module")
def utterances(tmp_path_factory: pytest.TempPathFactory) -> list[Utterance]:
    return corpus(tmp_path_factory.mktemp("speech"))


def test_what_differs_between_the_groups_is_measured(utterances: list[Utterance]) -> None:
    found = describe_quality(utterances, RATE, 1)
    near, far = found["near"], found["far"]
    assert (near["speakers"], near["utterances"], near["unreadable"]) == (6, 12, 0)
    assert (far["speakers"], far["utterances"], far["unreadable"]) == (6, 11, 1)
    assert near["snr_db"]["median"] - far["snr_db"]["median"] > 8
    assert near["snr_db"]["low"] <= near["snr_db"]["median"] <= near["snr_db"]["high"]
    assert far["bandwidth_hz"]["median"] == pytest.approx(3400, rel=0.1)
    assert (near["cut"]["median"], far["cut"]["median"]) == (0, 1)
    assert far["traces"] == {"a telephone or an 8 kHz recording": 11}
    assert near["traces"] == {}
    assert all(len(found[g]["values"][m]) == 6 for g in found for m in MEASURES)


def test_a_band_counts_as_far_as_the_working_rate_reaches(utterances: list[Utterance]) -> None:
    found = describe_quality(utterances, 8000, 1)
    for entry in found.values():
        assert len(entry["people"]) == entry["speakers"] == len(entry["values"]["snr_db"])
        assert sum(person["utterances"] for person in entry["people"].values()) == entry["utterances"]
    assert found["near"]["bandwidth_hz"]["median"] == 4000
    assert found["near"]["traces"] == {}


def test_the_order_does_not_matter_and_the_seed_chooses(utterances: list[Utterance]) -> None:
    assert describe_quality(utterances[::-1], RATE, 1) == describe_quality(utterances, RATE, 1)


def test_the_sample_is_bounded_and_seeded(tmp_path: Path) -> None:
    many = [Utterance(f"{s}-{k}", tmp_path, "x", f"s{s}", "a") for s in range(50) for k in range(5)]
    chosen = sample(many, 1)["a"]
    assert (len(chosen), {len(some) for some in chosen.values()}) == (20, {2})
    assert sample(many[::-1], 1) == sample(many, 1)
    assert sample(many, 2) != sample(many, 1)


def test_speech_that_cannot_be_read_leaves_no_numbers(tmp_path: Path) -> None:
    found = describe_quality([Utterance("u", tmp_path / "gone.wav", "x", "s", "a")], RATE, 1)
    assert (found["a"]["speakers"], found["a"]["unreadable"]) == (0, 1)
    assert "snr_db" not in found["a"]

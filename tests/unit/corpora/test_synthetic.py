# SPDX-License-Identifier: Apache-2.0
"""The embedded corpora: who says what, and speech that is the same bytes whenever and wherever it is made."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from stresstest.audio import files
from stresstest.corpora import _espeak, _synthesis, ward_orders, ward_visitors
from stresstest.corpora._espeak import Voice, speak
from stresstest.corpora._synthesis import Line, synthesized
from stresstest.corpora.manifest import Manifest
from stresstest.errors import CorpusError

VOICES = [
    Voice("en-us", "f2", 50, 50, 190),
    Voice("en-gb-scotland", "m5", 40, 50, 200),
    Voice("en-029", "klatt3", 45, 50, 190),
]
JOBS = [(voice, text) for voice in VOICES for text in ("patient nine is calm", "send a nurse to bed two")]
LINES = [Line(f"u{i}", f"s{i}", "test", "female", voice, text) for i, (voice, text) in enumerate(JOBS)]


def test_every_accent_reads_the_same_orders_with_the_same_voices() -> None:
    lines = ward_orders.lines()
    read = {
        accent: [
            (x.id.removeprefix(accent), x.text, x.gender, x.voice.variant, x.voice.pitch, x.voice.rate)
            for x in lines
            if x.accent == accent
        ]
        for accent in ward_orders.ACCENTS
    }
    assert len(read) >= 6
    assert len({tuple(orders) for orders in read.values()}) == 1


def test_every_speaker_has_sixty_words_and_says_nothing_twice() -> None:
    texts: dict[str, list[str]] = {}
    for line in ward_orders.lines():
        texts.setdefault(line.speaker, []).append(line.text)
    speakers = Counter(speaker.rpartition("-")[0] for speaker in texts)
    assert min(speakers.values()) >= 12
    assert all(sum(len(t.split()) for t in said) >= 60 and len(set(said)) == len(said) for said in texts.values())


def test_visitors_share_no_voice_no_name_and_no_sentence_with_the_speakers_under_test() -> None:
    orders, chat = ward_orders.lines(), ward_visitors.lines()
    assert not {x.voice.variant for x in orders} & {x.voice.variant for x in chat}
    assert not {x.speaker for x in orders} & {x.speaker for x in chat}
    assert not {x.text for x in orders} & {part for x in chat for part in x.text.split(", ")}
    assert len(set(Counter(x.accent for x in chat).values())) == 1
    assert len(chat) >= 8


def test_speech_does_not_depend_on_what_was_spoken_before_nor_on_the_process() -> None:
    forward = speak(JOBS, workers=1)
    backward = speak(JOBS[::-1], workers=2)[::-1]
    assert [a.tobytes() for a in forward] == [b.tobytes() for b in backward]
    assert len({a.tobytes() for a in forward}) == len(JOBS)


def test_the_corpus_is_the_same_bytes_in_another_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for lines, name in ((LINES, "first"), (LINES[::-1], "second")):
        monkeypatch.setenv("STRESSTEST_CACHE", str(tmp_path / name))
        made.append({u.id: u.audio.read_bytes() for u in synthesized("test", lines)})
    assert made[0] == made[1]


def test_two_processes_at_once_leave_one_whole_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESSTEST_CACHE", str(tmp_path))
    code = "from stresstest.corpora.ward_visitors import WardVisitors; print(len(WardVisitors().utterances()))"
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: subprocess.run([sys.executable, "-c", code], capture_output=True), range(2)))
    assert [a.stdout.strip() for a in answers] == [b"12", b"12"], [a.stderr for a in answers]
    assert [f.name.startswith("ward_visitors-") for f in tmp_path.iterdir()] == [True]


def test_files_are_16_bit_at_16_khz_unclipped_and_listed_in_a_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRESSTEST_CACHE", str(tmp_path))
    utterances = synthesized("test", LINES)
    for u in utterances:
        wave = files.read(u.audio)
        assert wave.rate_hz == 16000
        assert np.abs(wave.samples).max() == pytest.approx(_synthesis.PEAK, abs=1e-4)
        assert wave.samples[0] == wave.samples[-1] == 0
    listed = Manifest(str(utterances[0].audio.parent / "manifest.tsv")).utterances()
    assert [(u.id, u.text, u.speaker, u.strata) for u in listed] == [
        (u.id, u.text, u.speaker, u.strata) for u in utterances
    ]


def test_speech_that_changed_since_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESSTEST_CACHE", str(tmp_path))
    utterances = synthesized("test", LINES)
    shutil.copy(utterances[0].audio, utterances[1].audio)
    with pytest.raises(CorpusError, match="Delete the folder"):
        synthesized("test", LINES)


def test_a_voice_that_espeak_would_replace_silently_is_refused() -> None:
    with pytest.raises(CorpusError, match="voice variant nobody"):
        speak([(Voice("en-us", "nobody", 50, 50, 190), "hello")])


def test_a_language_that_espeak_lacks_is_refused() -> None:
    with pytest.raises(CorpusError, match="has no voice 'en-mars"):
        speak([(Voice("en-mars", "f2", 50, 50, 190), "hello")])


def test_the_engine_says_its_version() -> None:
    assert _espeak.engine().startswith("espeak-ng (espeakng-loader 0.")

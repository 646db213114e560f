# SPDX-License-Identifier: Apache-2.0
"""Answers on file are found by sound alone; what cannot be read is refused with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers import Failure, Transcript, Word
from stresstest.recognizers.transcripts import Transcripts

WAVES = [Waveform(np.full(100 + k, 0.1, np.float32), 16000) for k in range(4)]
SHA = [wave.pcm16_sha256() for wave in WAVES]


def answers(folder: Path, text: str, name: str = "answers.csv") -> list[Transcript | Failure]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    recognizer = Transcripts(str(path), system="Vendor 3.1")
    recognizer.open()
    assert "Vendor 3.1" in recognizer.revision
    return recognizer.transcribe(WAVES)


@pytest.mark.parametrize("column", ["audio_sha256", "id", "audio", "file"])
def test_audio_is_named_by_its_hash_or_its_file(column: str, tmp_path: Path) -> None:
    named = {"audio_sha256": SHA, "id": [s[:16] for s in SHA], "audio": [f"audio/{s[:16]}.wav" for s in SHA],
             "file": [f"C:/inbox/{s[:16].upper()}.flac" for s in SHA]}[column]  # fmt: skip
    text = f"{column},text\n" + "".join(f'{n},"a, {k}"\n' for k, n in enumerate(named[:3]))
    found = answers(tmp_path, text)
    assert found[:3] == [Transcript(f"a, {k}") for k in range(3)]
    assert found[3] == Failure("unavailable", "answers.csv has no answer for this audio")


def test_tables_of_every_kind_say_what_they_know(tmp_path: Path) -> None:
    tsv = answers(tmp_path, f'id\ttext\tconfidence\n{SHA[0]}\t"quoted" word\t0.5\n{SHA[1]}\t\t\n', "a.tsv")
    assert tsv[:2] == [Transcript('"quoted" word', 0.5), Transcript("")]
    lines = f'{{"id": "{SHA[0]}", "text": "żółć", "words": [{{"text": "żółć", "start_s": 0.1}}], "language": "pl"}}\n\n'
    lines += f'{{"id": "{SHA[1]}", "failure_kind": "timeout", "failure_message": "60 s"}}\n'
    jsonl = answers(tmp_path, lines, "a.jsonl")
    assert jsonl[:2] == [Transcript("żółć", None, (Word("żółć", 0.1),), "pl"), Failure("timeout", "60 s")]


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("text\nyes\n", "a.csv", ":2: no column says which audio this is of; .*has: text"),
        ("id,text\nu17,yes\n", "a.csv", ":2: 'u17' names no exported audio"),
        (f"id,text\n{SHA[0]},yes\n{SHA[0]},no\n", "a.csv", ":3: a second, other answer"),
        (f"id,text\n{SHA[0]},yes,no\n", "a.csv", ":2: the header has 2 columns"),
        (f"id,said\n{SHA[0]},yes\n", "a.csv", ":2: a text, or a mapping with a text"),
        (f"id,text,failure_kind\n{SHA[0]},,late\n", "a.csv", ":2: failure_kind: allowed: .*got 'late'"),
        (f'{{"id": "{SHA[0]}"\n', "a.jsonl", ":1: not JSON"),
        ("[]\n", "a.jsonl", ":1: a JSON object a line"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, name: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match=says):
        answers(tmp_path, text, name)


@pytest.mark.parametrize(("path", "says"), [("absent.csv", "there is no file"), ("a.txt", r"ends in '\.txt'; allowed")])
def test_a_file_that_is_none_is_refused(path: str, says: str) -> None:
    with pytest.raises(RecognizerError, match=says):
        Transcripts(path)


def test_the_same_answer_twice_is_one(tmp_path: Path) -> None:
    assert answers(tmp_path, f"id,text\n{SHA[0]},yes\n{SHA[0]},yes\n")[0] == Transcript("yes")

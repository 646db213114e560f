# SPDX-License-Identifier: Apache-2.0
"""Functions and programs of others: what they say is taken as said or refused, and nobody outlives a time limit."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers import Failure, Transcript, Word
from stresstest.recognizers._said import transcript_of
from stresstest.recognizers.command import Command
from stresstest.recognizers.python import Python

WAVE = Waveform(np.linspace(-1, 1, 1600, dtype=np.float32), 16000)
MINE = {"allowed_packages": ["callables"]}


@pytest.mark.parametrize(
    ("said", "means"),
    [
        (" two words\n", Transcript("two words")),
        ("", Transcript("")),
        ({"text": "a", "confidence": 1, "words": ["a"], "model": "m"}, Transcript("a", 1.0, (Word("a"),))),
        ({"text": "a", "words": [{"text": "a", "start_s": 0, "end_s": 1}]}, Transcript("a", None, (Word("a", 0, 1),))),
        ({"text": "a", "language": "pl"}, Transcript("a", language="pl")),
        (Failure("refused", "no"), Failure("refused", "no")),
    ],
)  # fmt: skip
def test_what_is_said_is_taken(said: object, means: object) -> None:
    assert transcript_of(said) == means


@pytest.mark.parametrize(
    "said",
    [None, 3, ["a"], {}, {"text": None}, {"text": "a", "confidence": 2}, {"text": "a", "confidence": "high"},
     {"text": "a", "words": [{"word": "a"}]}, {"text": "a", "words": [{"text": "a", "start_s": 2, "end_s": 1}]},
     {"text": "a", "words": 5}, {"text": "a", "words": [5]}, {"text": "a", "confidence": float("nan")},
     {"text": "a", "language": 5}],
)  # fmt: skip
def test_what_is_no_answer_is_a_failure_never_an_empty_text(said: object) -> None:
    answer = transcript_of(said)
    assert isinstance(answer, Failure)
    assert answer.kind == "bad_output"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"function": "os.system"}, r"os.system is not in an allowed package; allowed: callables.*\[callables,os\]"),
        ({"function": "callables"}, "names a callable as module.name"),
        ({"function": "callables.absent"}, "cannot be loaded.*AttributeError"),
        ({"function": "callables.WORDS"}, "is a tuple; it is not called"),
        ({"function": "callables.Model", "options": {"answr": "x"}}, "cannot be loaded with the options.*TypeError"),
    ],
)
def test_a_callable_that_is_none_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(RecognizerError, match=says):
        Python(**{**MINE, **options}).open()


def test_the_revision_follows_the_file_and_the_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    module = tmp_path / "someones_recognizer.py"
    seen = set()
    for text, options in (("a = 1", {}), ("a = 2", {}), ("a = 2", {"beam": 4})):
        module.write_text(text, encoding="utf-8")
        seen.add(Python("someones_recognizer.a", options=options, allowed_packages=["someones_recognizer"]).revision)
    assert len(seen) == 3
    with pytest.raises(RecognizerError, match="there is no module 'absent_module'"):
        _ = Python("absent_module.f", allowed_packages=["absent_module"]).revision


def test_a_batch_with_an_answer_too_few_is_an_error() -> None:
    recognizer = Python("callables.Model", batch_size=4, **MINE)
    recognizer.open()
    recognizer._call = lambda several: ["one"]
    with pytest.raises(ValueError, match="answers 1 for 2 waveforms"):
        recognizer.transcribe([WAVE, WAVE])


def command(folder: Path, lines: str, **options: Any) -> Transcript | Failure:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    path.chmod(0o755)
    recognizer = Command([str(path), "{wav}"], **options)
    recognizer.open()
    return recognizer.transcribe([WAVE])[0]


def test_a_program_reads_the_samples_that_are_given(tmp_path: Path) -> None:
    code = "import sys, soundfile; print(soundfile.read(sys.argv[1], dtype='int16')[0].tolist()[::400])"
    recognizer = Command([sys.executable, "-c", code, "{wav}"])
    assert recognizer.transcribe([WAVE]) == [Transcript(str(WAVE.pcm16().tolist()[::400]))]


def test_no_shell_sees_the_arguments(tmp_path: Path) -> None:
    (answer,) = Command(["/bin/echo", "$(whoami); *", "{wav}.txt"]).transcribe([WAVE])
    assert isinstance(answer, Transcript)
    assert answer.text.startswith("$(whoami); * /")
    assert answer.text.endswith("speech.wav.txt")


def test_a_time_limit_ends_whatever_the_program_has_started(tmp_path: Path) -> None:
    answer = command(tmp_path, f"sh -c 'echo $$ > {tmp_path}/pid; exec sleep 600' & wait", timeout_s=0.5)
    assert isinstance(answer, Failure)
    assert (answer.kind, answer.message) == ("timeout", "no answer within 0.5 s (recognizer.timeout_s)")
    pid = int((tmp_path / "pid").read_text())
    stat = Path(f"/proc/{pid}/stat")
    assert not stat.exists() or stat.read_text().rpartition(") ")[2][0] == "Z"


def test_a_failure_repeats_the_end_of_what_the_program_said(tmp_path: Path) -> None:
    answer = command(tmp_path, "seq 1 1000 >&2; echo the model is not there >&2; exit 9")
    assert isinstance(answer, Failure)
    assert answer.kind == "crashed"
    assert answer.message.startswith("exit status 9: ")
    assert answer.message.endswith("the model is not there")
    assert len(answer.message) < 400
    killed = command(tmp_path, "kill -SEGV $$")
    assert isinstance(killed, Failure)
    assert "SIGSEGV" in killed.message


@pytest.mark.parametrize(
    ("options", "says"),
    [({"command": "echo"}, r"\{wav\} where the path"), ({"command": []}, "takes a program"),
     ({"command": "{wav}"}, "takes a program"), ({"command": "cat {wav}", "output": "xml"}, "allowed: json, text"),
     ({"command": "cat {wav}", "timeout_s": 0}, "timeout_s takes seconds above 0"),
     ({"command": "ask --key sk-4fT9aBcD1234567890abcdef {wav}"}, "looks like a key")],
)  # fmt: skip
def test_a_command_that_makes_no_sense_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(RecognizerError, match=says):
        Command(**options)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    absent = Command(f"{tmp_path}/absent {{wav}}")
    with pytest.raises(RecognizerError, match=r"there is no program .*absent"):
        absent.open()
    assert os.listdir(tmp_path) == []

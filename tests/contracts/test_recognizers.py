# SPDX-License-Identifier: Apache-2.0
"""What every recognizer owes, whichever file it is in; a new file is found here by itself.

`tests/recognizers/<name>.py` makes the real back end run here: `ready(folder)`, a context manager, gives the options,
with what it has made in the folder (a tiny model, a program) or started (a local server). It may also give

    says(folder, text)   a context manager: options under which every answer is this text
    FAULTS               kind of Failure → a context manager like `ready` under whose options every answer is one
    LIBRARIES            names of modules that only `open` may load, beside torch and one named like the file
    TORN                 why batching may change an answer (a Failure beside a Transcript, say); the law is then skipped

A file that cannot run here says why in `tests/recognizers/_without.py`, and nowhere else.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import yaml

from stresstest.audio import Waveform
from stresstest.places import data_folder
from stresstest.plugins import catalogue, load
from stresstest.recognizers import FAILURE_KINDS, Failure, Recognizer, Transcript
from stresstest.seeds import rng_for

NAMES = catalogue("recognizers")
BUILDERS = Path(__file__).parents[1] / "recognizers"
SUPPORT = Path(__file__).parents[1] / "support"
TEXT = "żółć – naïve Ёлка 漢字 مرحبا 🙂"
LIMIT_S = 31.0
"""Longer than the window of Whisper and its kin, 30 s."""


def module_at(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"builder_of_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def builder(name: str) -> ModuleType:
    return module_at(BUILDERS / f"{name}.py")


WITHOUT: dict[str, str] = module_at(BUILDERS / "_without.py").WITHOUT
BUILT = [name for name in NAMES if (BUILDERS / f"{name}.py").exists()]
TALKATIVE = [name for name in BUILT if hasattr(builder(name), "says")]
FAULTY = [(name, kind) for name in BUILT for kind in getattr(builder(name), "FAULTS", {})]


@pytest.fixture(scope="module")
def all_options(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """The options of each back end, made when first asked for."""
    with ExitStack() as stack:

        class Made(dict[str, dict[str, Any]]):
            def __missing__(self, name: str) -> dict[str, Any]:
                self[name] = stack.enter_context(builder(name).ready(tmp_path_factory.mktemp(name)))
                return self[name]

        yield Made()


@pytest.fixture(params=BUILT)
def made(request: pytest.FixtureRequest, all_options: dict[str, dict[str, Any]]) -> Recognizer:
    """Each back end as it runs here, not open."""
    recognizer = load("recognizers", request.param)(**all_options[request.param])
    assert isinstance(recognizer, Recognizer)
    return recognizer


@pytest.fixture(scope="module")
def opened(all_options: dict[str, dict[str, Any]]) -> Iterator[dict[str, Recognizer]]:
    """The back ends, each opened once."""
    with ExitStack() as stack:

        class Open(dict[str, Recognizer]):
            def __missing__(self, name: str) -> Recognizer:
                self[name] = load("recognizers", name)(**all_options[name])
                self[name].open()
                stack.callback(self[name].close)
                return self[name]

        yield Open()


def waves(rate_hz: int, count: int = 5) -> list[Waveform]:
    """Different noises of different lengths, exact in 16-bit PCM as the engine's are."""
    rng = rng_for(0, "contract")
    drawn = [0.1 * rng.standard_normal(rate_hz // 2 + 800 * k) for k in range(count)]
    return [Waveform((np.rint(d * 32767) / 32767).astype(np.float32), rate_hz) for d in drawn]


def constant(rate_hz: int, frames: int) -> Waveform:
    return Waveform(np.zeros(frames, np.float32), rate_hz)


def in_batches(recognizer: Recognizer, speech: list[Waveform]) -> list[Transcript | Failure]:
    size = recognizer.batch_size
    parts = [speech[k : k + size] for k in range(0, len(speech), size)]
    answers = [recognizer.transcribe(part) for part in parts]
    assert [len(answer) for answer in answers] == [len(part) for part in parts], "one answer a waveform"
    return [one for answer in answers for one in answer]


def check(answer: Transcript | Failure, seconds: float) -> None:
    """Words and times make sense; a Failure has a kind and says something."""
    if isinstance(answer, Failure):
        assert answer.kind in FAILURE_KINDS
        assert answer.message
        return
    assert isinstance(answer, Transcript)
    assert isinstance(answer.text, str)
    starts = [w.start_s for w in answer.words if w.start_s is not None]
    assert starts == sorted(starts)
    assert all(w.end_s is None or w.end_s <= seconds + 0.5 for w in answer.words)
    answer.text.encode()


def test_every_file_runs_here_or_says_why_not() -> None:
    assert set(BUILT) | set(WITHOUT) == set(NAMES)
    assert not set(BUILT) & set(WITHOUT)
    assert all(len(reason) > 20 for reason in WITHOUT.values())


@pytest.mark.parametrize("name", NAMES)
def test_its_config_gives_its_options(name: str) -> None:
    config = yaml.safe_load((data_folder("conf") / "recognizer" / f"{name}.yaml").read_text())
    cls = load("recognizers", name)
    assert config.pop("_target_") == f"{cls.__module__}.{cls.__name__}"
    assert set(config) == {field.name for field in dataclasses.fields(cls) if field.init}


def test_it_says_rate_and_revision_before_it_is_opened(made: Recognizer) -> None:
    assert 8000 <= made.rate_hz <= 48000
    assert made.batch_size >= 1
    name = type(made).__module__.rpartition(".")[2]
    again = load("recognizers", name)(
        **{f.name: getattr(made, f.name) for f in dataclasses.fields(made) if f.init}  # type: ignore[arg-type]
    )
    assert made.revision == again.revision
    assert name.replace("_", "") in made.revision.lower().replace("_", "").replace("-", "").replace(" ", "")


def test_it_travels_to_a_worker_before_it_is_opened(made: Recognizer) -> None:
    assert pickle.loads(pickle.dumps(made)).revision == made.revision


@pytest.mark.parametrize("name", BUILT)
def test_order_is_kept_and_neither_batches_nor_what_came_before_change_an_answer(
    name: str, opened: dict[str, Recognizer]
) -> None:
    recognizer = opened[name]
    speech = waves(recognizer.rate_hz)
    before = [wave.samples.copy() for wave in speech]
    together = in_batches(recognizer, speech)
    for wave, answer, samples in zip(speech, together, before, strict=True):
        check(answer, wave.seconds)
        assert np.array_equal(wave.samples, samples)
    if hasattr(builder(name), "TORN"):
        pytest.skip(builder(name).TORN)
    assert in_batches(recognizer, speech[::-1])[::-1] == together
    assert [recognizer.transcribe([wave])[0] for wave in speech[:3]] == together[:3]


@pytest.mark.parametrize("name", BUILT)
def test_silence_and_the_shortest_audio_have_an_answer(name: str, opened: dict[str, Recognizer]) -> None:
    rate = opened[name].rate_hz
    for frames in (1, 160, rate):
        (answer,) = opened[name].transcribe([constant(rate, frames)])
        check(answer, max(1.0, frames / rate))


@pytest.mark.parametrize("name", BUILT)
def test_audio_longer_than_thirty_seconds_has_an_answer(name: str, opened: dict[str, Recognizer]) -> None:
    rate = opened[name].rate_hz
    long = 0.05 * rng_for(1, "long").standard_normal(round(LIMIT_S * rate)).astype(np.float32)
    (answer,) = opened[name].transcribe([Waveform(long, rate)])
    check(answer, LIMIT_S)


def test_it_is_closed_and_opened_again(made: Recognizer) -> None:
    speech = waves(made.rate_hz, 1)
    made.open()
    first = made.transcribe(speech)
    made.close()
    made.close()
    made.open()
    try:
        assert made.transcribe(speech) == first
    finally:
        made.close()


@pytest.mark.parametrize("name", BUILT)
def test_another_process_hears_the_same(
    name: str, opened: dict[str, Recognizer], all_options: dict[str, dict[str, Any]]
) -> None:
    recognizer = load("recognizers", name)(**all_options[name])
    speech = waves(recognizer.rate_hz, 2)
    code = (
        "import pickle, sys; recognizer, speech = pickle.load(sys.stdin.buffer); recognizer.open()\n"
        "answers = [recognizer.transcribe([wave])[0] for wave in speech]\n"
        "sys.stdout.buffer.write(b'ANSWERS' + pickle.dumps(answers)); recognizer.close()"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SUPPORT), *filter(None, sys.path)])}
    packed = pickle.dumps((recognizer, speech))
    done = subprocess.run([sys.executable, "-c", code], input=packed, capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    answers = pickle.loads(done.stdout.rpartition(b"ANSWERS")[2])
    assert answers == [opened[name].transcribe([wave])[0] for wave in speech]


@pytest.mark.parametrize("name", TALKATIVE)
def test_text_in_any_script_survives(name: str, tmp_path: Path) -> None:
    with builder(name).says(tmp_path, TEXT) as options:
        recognizer = load("recognizers", name)(**options)
        recognizer.open()
        try:
            answers = in_batches(recognizer, waves(recognizer.rate_hz, 2))
        finally:
            recognizer.close()
    assert [answer.text for answer in answers if isinstance(answer, Transcript)] == [TEXT] * 2


@pytest.mark.parametrize(("name", "kind"), FAULTY)
def test_a_fault_is_a_failure_of_its_kind_and_no_empty_text(name: str, kind: str, tmp_path: Path) -> None:
    with builder(name).FAULTS[kind](tmp_path) as options:
        recognizer = load("recognizers", name)(**options)
        recognizer.open()
        try:
            answers = in_batches(recognizer, waves(recognizer.rate_hz, 2))
        finally:
            recognizer.close()
    for answer in answers:
        assert isinstance(answer, Failure), answer
        assert answer.kind == kind, answer.message
        assert answer.message


@pytest.mark.parametrize("name", BUILT)
def test_its_library_is_loaded_by_open_and_not_before(name: str, all_options: dict[str, dict[str, Any]]) -> None:
    heavy = ["torch", name, *getattr(builder(name), "LIBRARIES", ())]
    code = (
        "import pickle, sys; from stresstest.plugins import load\n"
        f"load('recognizers', {name!r})(**pickle.load(sys.stdin.buffer)).revision\n"
        f"print(*[m for m in {heavy!r} if m in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SUPPORT), *filter(None, sys.path)])}
    packed = pickle.dumps(all_options[name])
    done = subprocess.run([sys.executable, "-c", code], input=packed, capture_output=True, env=environment, check=True)
    assert done.stdout.decode().strip() == ""

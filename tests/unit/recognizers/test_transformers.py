# SPDX-License-Identifier: Apache-2.0
"""Tiny models of each architecture with random weights; made, saved and loaded by the real library."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_models

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers.base import Transcript
from stresstest.recognizers.transformers import Transformers
from stresstest.seeds import rng_for

hf = pytest.importorskip("transformers", reason="needs the extra transformers: pip install 'stresstest[transformers]'")
RATE = 16000
MAKERS: dict[str, Callable[[Path], Path]] = {
    "whisper": tiny_models.whisper,
    "wav2vec2": tiny_models.ctc,
    "wav2vec2-group": partial(tiny_models.ctc, norm="group"),
    "hubert": partial(tiny_models.ctc, kind="hubert"),
    "wavlm": partial(tiny_models.ctc, kind="wavlm"),
    "moonshine": tiny_models.moonshine,
    "parakeet-ctc": tiny_models.parakeet,
    "parakeet-tdt": partial(tiny_models.parakeet, kind="tdt"),
}
MASKED = ("whisper", "wav2vec2", "hubert")
"""Those that are decoded in batches; the others hear the padding and go one by one."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: make(tmp_path_factory.mktemp(name)) for name, make in MAKERS.items()}


@contextmanager
def opened(folder: Path, **options: Any) -> Iterator[Transformers]:
    recognizer = Transformers(str(folder), device="cpu", **options)
    recognizer.open()
    yield recognizer
    recognizer.close()


def noise(seconds: float, name: str = "noise") -> Waveform:
    samples = 0.1 * rng_for(3, name, f"{seconds}").standard_normal(round(seconds * RATE))
    return Waveform(samples.astype(np.float32), RATE)


def texts(answers: list[Any]) -> list[str]:
    assert all(isinstance(answer, Transcript) for answer in answers)
    return [answer.text for answer in answers]


@pytest.mark.parametrize("name", MAKERS)
def test_padding_is_not_heard(name: str, folders: dict[str, Path]) -> None:
    speech = [noise(seconds) for seconds in (0.4, 1.3, 0.9)]
    with opened(folders[name], batch_size=3) as recognizer:
        assert recognizer._decoder.together == (name in MASKED)
        together = recognizer.transcribe(speech)
        alone = [recognizer.transcribe([wave])[0] for wave in speech]
    assert texts(together) == texts(alone)
    assert len(set(texts(alone))) == 3, "random weights should answer three sounds in three ways"
    for one, other in zip(together, alone, strict=True):
        assert [(w.start_s, w.end_s) for w in one.words] == [(w.start_s, w.end_s) for w in other.words]
        assert one.confidence == pytest.approx(other.confidence, abs=2e-4)


@pytest.mark.parametrize("name", ["wav2vec2", "wav2vec2-group", "parakeet-ctc"])
def test_words_make_the_text_and_lie_in_the_audio(name: str, folders: dict[str, Path]) -> None:
    with opened(folders[name]) as recognizer:
        (answer,) = recognizer.transcribe([noise(2.0)])
    assert " ".join(word.text for word in answer.words) == " ".join(answer.text.split())
    ends = [t for word in answer.words for t in (word.start_s, word.end_s)]
    assert ends == sorted(ends)
    assert ends[-1] <= 2.0


def test_double_letters_stay_double(folders: dict[str, Path]) -> None:
    with opened(folders["wav2vec2"]) as recognizer:
        labels = [tiny_models.LETTERS.index(letter) for letter in "HEL"] + [0] + [tiny_models.LETTERS.index("L")]
        posteriors = np.repeat(np.eye(len(tiny_models.LETTERS), dtype=np.float32)[labels], 2, axis=0)
        assert recognizer._decoder._said(posteriors, 16000).text == "HELL"


def test_a_text_is_said_in_each_window_of_long_audio(tmp_path: Path) -> None:
    with opened(tiny_models.whisper(tmp_path, says="Hello there."), language="en", chunk_length_s=10) as recognizer:
        (answer,) = recognizer.transcribe([noise(25.0)])
    assert answer.text == " ".join(["Hello there."] * 3)
    assert answer.confidence > 0.9
    assert answer.language == "en"


def test_the_fallback_of_whisper_draws_alike_each_time_and_hears_on_behind_thirty_seconds(
    folders: dict[str, Path],
) -> None:
    options = {"temperatures": [0.0, 0.6], "logprob_threshold": -0.5, "compression_ratio_threshold": 2.4}
    speech = [noise(1.0), noise(33.0)]
    with opened(folders["whisper"], chunk_length_s=None, max_new_tokens=20, **options) as recognizer:
        first = recognizer.transcribe(speech)
        assert [recognizer.transcribe([wave])[0] for wave in speech[::-1]][::-1] == first
    with opened(folders["whisper"], max_new_tokens=20) as greedy:
        assert texts(greedy.transcribe(speech[:1])) != texts(first[:1])


def test_an_encoder_without_a_head_is_refused(tmp_path: Path) -> None:
    tiny_models.ctc(tmp_path)
    hf.Wav2Vec2Model.from_pretrained(tmp_path).save_pretrained(tmp_path)
    with pytest.raises(RecognizerError, match=r"lacks 2 weights of Wav2Vec2ForCTC \(lm_head.bias"):
        Transformers(str(tmp_path), device="cpu").open()


def test_what_no_recognizer_is_is_refused(tmp_path: Path) -> None:
    hf.BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1).save_pretrained(tmp_path)
    with pytest.raises(RecognizerError, match="type 'bert', whose decoding is not known"):
        Transformers(str(tmp_path), device="cpu").open()


def test_code_of_the_model_is_not_run(tmp_path: Path) -> None:
    """A configuration that names a class of a file beside it, which would leave a trace."""
    (tmp_path / "own.py").write_text("open('trace', 'w').close()", encoding="utf-8")
    config = {"model_type": "own", "auto_map": {"AutoConfig": "own.Config", "AutoProcessor": "own.Processor"}}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(RecognizerError, match="trust_remote_code"):
        Transformers(str(tmp_path), device="cpu").open()
    assert not Path("trace").exists()


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("whisper", {"language": "fr"}, "recognizer.language: got 'fr'; allowed: de, en"),
        ("whisper", {"chunk_length_s": 40.0}, "Whisper hears 30 s at once"),
        ("wav2vec2", {"language": "en"}, "is a CTC model, which has no language"),
        ("wav2vec2", {"beams": 5}, "which has no beams; got 5. Leave it at 1"),
        ("moonshine", {"temperatures": [0.2]}, "is a Moonshine model, which has no temperatures"),
        ("parakeet-tdt", {"task": "translate"}, "is a transducer, which has no task"),
        ("whisper", {"commit": "main"}, "is a folder, whose files are hashed"),
    ],
)
def test_an_option_that_the_model_has_not_is_refused(
    name: str, options: dict[str, Any], sentence: str, folders: dict[str, Path]
) -> None:
    with pytest.raises(RecognizerError, match=sentence):
        Transformers(str(folders[name]), device="cpu", **options).open()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"device": "gpu"}, "recognizer.device: got 'gpu'; allowed: auto, cpu"),
        ({"dtype": "float"}, "did you mean 'float32'"),
        ({"batch_size": 0}, "recognizer.batch_size takes a whole number, 1 or more; got 0"),
        ({"temperatures": []}, "recognizer.temperatures takes numbers"),
        ({"chunk_length_s": 0}, "recognizer.chunk_length_s takes a number, 1 or more or null"),
    ],
)
def test_an_option_out_of_range_is_refused_at_once(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RecognizerError, match=sentence):
        Transformers("openai/whisper-tiny", **options)


def test_a_device_that_is_not_here_is_refused(folders: dict[str, Path]) -> None:
    with pytest.raises(RecognizerError, match="torch has no cuda:99 here; it has cpu"):
        Transformers(str(folders["whisper"]), device="cuda:99").open()


def test_the_revision_follows_the_weights_and_the_options(tmp_path: Path) -> None:
    tiny_models.ctc(tmp_path)
    before = Transformers(str(tmp_path)).revision
    assert Transformers(str(tmp_path), batch_size=4).revision == before
    assert Transformers(str(tmp_path), dtype="bfloat16").revision != before
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    assert Transformers(str(tmp_path)).revision != before


def test_a_missing_folder_and_a_model_that_is_not_in_the_cache_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match=r"there is no folder '\./model'"):
        Transformers("./model").open()
    with pytest.raises(RecognizerError, match="cache has no 'nobody/nothing'"):
        Transformers("nobody/nothing", local_files_only=True).open()


def test_a_model_of_the_hub_is_known_by_the_commit_that_the_cache_has(tmp_path: Path) -> None:
    """The layout of the cache as huggingface_hub keeps it, read by a process that may not ask the hub."""
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "hub" / "models--some--model"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit, encoding="utf-8")
    tiny_models.ctc(repository / "snapshots" / commit)
    code = (
        "from stresstest.recognizers.transformers import Transformers\n"
        "made = Transformers('some/model'); print(made.revision, made.rate_hz)"
    )
    environment = {**os.environ, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert f" some/model@{commit} " in done.stdout
    assert done.stdout.split()[-1] == "16000"

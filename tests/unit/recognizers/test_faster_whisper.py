# SPDX-License-Identifier: Apache-2.0
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_models

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers.faster_whisper import FasterWhisper
from stresstest.seeds import rng_for

pytest.importorskip("faster_whisper", reason="needs the extra faster_whisper: pip install 'stresstest[faster_whisper]'")
pytest.importorskip("transformers", reason="needs the extra transformers: pip install 'stresstest[transformers]'")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.ctranslate2(tmp_path_factory.mktemp("faster"))


def heard(folder: Path, samples: Any, **options: Any) -> Any:
    recognizer = FasterWhisper(str(folder), device="cpu", max_new_tokens=20, **options)
    recognizer.open()
    (answer,) = recognizer.transcribe([Waveform(samples.astype(np.float32), 16000)])
    recognizer.close()
    return answer


def test_the_filter_of_pauses_leaves_nothing_of_noise(folder: Path) -> None:
    noise = 0.01 * rng_for(0, "faster").standard_normal(32000)
    assert heard(folder, noise, language="en").text
    filtered = heard(folder, noise, language="en", vad_filter=True)
    assert (filtered.text, filtered.confidence, filtered.words) == ("", None, ())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"language": "de"}, "recognizer.language: got 'de'; allowed: en"),  # small vocabularies are English alone
        ({"compute_type": "int3"}, "recognizer.compute_type: got 'int3'; allowed: .*did you mean"),
        ({"device": "mps"}, "recognizer.device: got 'mps'; allowed: auto, cpu, cuda"),
        ({"beams": 0}, "recognizer.beams takes a whole number"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, Any], sentence: str, folder: Path) -> None:
    with pytest.raises(RecognizerError, match=sentence):
        FasterWhisper(str(folder), **{"device": "cpu", **options}).open()


def test_a_folder_that_was_not_converted_is_refused_and_nothing_is_fetched_for_it(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match=r"no model\.bin and no tokenizer\.json\. Convert a Whisper with: ct2-"):
        FasterWhisper(str(tmp_path), device="cpu").open()
    for name in ("tokenizer.json", "config.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "model.bin").write_bytes(b"no model")
    with pytest.raises(RecognizerError, match="cannot be loaded with device=cpu, compute_type=default: "):
        FasterWhisper(str(tmp_path), device="cpu").open()

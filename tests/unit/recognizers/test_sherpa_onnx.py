# SPDX-License-Identifier: Apache-2.0
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_onnx

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers.sherpa_onnx import SherpaOnnx
from stresstest.seeds import rng_for

pytest.importorskip("sherpa_onnx", reason="needs the extra sherpa_onnx: pip install 'stresstest[sherpa_onnx]'")
pytest.importorskip("onnx", reason="needs onnx: pip install onnx")


def heard(seconds: float = 2.0, **options: Any) -> Any:
    recognizer = SherpaOnnx(**options)
    recognizer.open()
    samples = 0.1 * rng_for(0, "sherpa").standard_normal(round(16000 * seconds))
    (answer,) = recognizer.transcribe([Waveform(samples.astype(np.float32), 16000)])
    recognizer.close()
    return answer


@pytest.mark.parametrize(("kind", "make"), [("zipformer_ctc", tiny_onnx.ctc), ("transducer", tiny_onnx.transducer)])
def test_words_make_the_text_and_begin_in_the_audio(kind: str, make: Any, tmp_path: Path) -> None:
    answer = heard(kind=kind, files=make(tmp_path))
    assert answer.text == " ".join(word.text for word in answer.words) != ""
    starts = [word.start_s for word in answer.words]
    assert starts == sorted(starts)
    assert 0 <= starts[0] <= starts[-1] < 2


def test_a_beam_searches_otherwise(tmp_path: Path) -> None:
    files = tiny_onnx.transducer(tmp_path)
    beam = {"kind": "transducer", "files": files, "decoding": "modified_beam_search", "beams": 8}
    assert heard(**beam).text != heard(kind="transducer", files=files).text
    assert heard(**beam) == heard(**beam)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"kind": "ctc"}, "recognizer.kind: got 'ctc'; allowed: .*wenet_ctc"),
        ({"files": {"model": "a"}}, "zipformer_ctc consists of model, tokens; got model"),
        ({"files": {"model": "nowhere.onnx", "tokens": "t"}}, "recognizer.files.model: there is no file nowhere.onnx"),
        ({"decoding": "modified_beam_search"}, "modified_beam_search is for transducers, not for zipformer_ctc"),
        ({"language": "en"}, "recognizer.language is Whisper's"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RecognizerError, match=sentence):
        SherpaOnnx(**{"kind": "zipformer_ctc", "files": {"model": "m", "tokens": "t"}, **options}).open()


def test_whisper_hears_thirty_seconds() -> None:
    with pytest.raises(RecognizerError, match="Whisper hears 30 s at once; got 40"):
        SherpaOnnx("whisper", {"encoder": "e", "decoder": "d", "tokens": "t"}, chunk_length_s=40)

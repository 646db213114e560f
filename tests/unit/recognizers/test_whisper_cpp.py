# SPDX-License-Identifier: Apache-2.0
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_ggml

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers.whisper_cpp import WhisperCpp
from stresstest.seeds import rng_for

pytest.importorskip("pywhispercpp", reason="needs the extra whisper_cpp: pip install 'stresstest[whisper_cpp]'")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_ggml.whisper(tmp_path_factory.mktemp("cpp") / "tiny.bin"))


def heard(model: str, **options: Any) -> Any:
    recognizer = WhisperCpp(model, max_tokens=8, **options)
    recognizer.open()
    samples = 0.1 * rng_for(0, "cpp").standard_normal(16000)
    (answer,) = recognizer.transcribe([Waveform(samples.astype(np.float32), 16000)])
    recognizer.close()
    return answer


def test_a_beam_and_a_prompt_are_heeded(model: str) -> None:
    plain = heard(model)
    assert plain.text
    assert 0 < plain.confidence < 1
    assert heard(model, beams=3) == heard(model, beams=3)
    revisions = {WhisperCpp(model, **given).revision for given in ({}, {"beams": 3}, {"initial_prompt": "ba ca"})}
    assert len(revisions) == 3


def test_what_does_not_fit_is_refused(model: str, tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match=r"recognizer.beams takes a whole number, 1 or more; got 0"):
        WhisperCpp(model, beams=0)
    with pytest.raises(RecognizerError, match=r"there is no file base.en"):
        WhisperCpp("base.en").open()
    (tmp_path / "no.bin").write_bytes(b"no model")
    with pytest.raises(RecognizerError, match=r"begins with b'no m', not b'lmgg'"):
        WhisperCpp(str(tmp_path / "no.bin")).open()
    with pytest.raises(RecognizerError, match=r"recognizer.language: got 'xx'; allowed: "):
        WhisperCpp(model, language="xx").open()

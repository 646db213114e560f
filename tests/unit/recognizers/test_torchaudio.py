# SPDX-License-Identifier: Apache-2.0
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torchaudio
from tiny_models import LETTERS, bundle_like

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers._ctc import words_of
from stresstest.recognizers.torchaudio import Torchaudio, _beam_search
from stresstest.seeds import rng_for


def wave(seconds: float = 1.0) -> Waveform:
    return Waveform(0.1 * rng_for(0, "torchaudio").standard_normal(round(16000 * seconds)).astype(np.float32), 16000)


def heard(seconds: float = 1.0, **options: Any) -> Any:
    recognizer = Torchaudio(**options, device="cpu")
    recognizer.open()
    (answer,) = recognizer.transcribe([wave(seconds)])
    recognizer.close()
    return answer


def test_words_make_the_text_and_lie_in_the_audio(tmp_path: Path) -> None:
    answer = heard(3.0, **bundle_like(tmp_path))
    assert answer.text == " ".join(word.text for word in answer.words) != ""
    times = [t for word in answer.words for t in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert times[-1] <= 3.0


def collapsed(path: tuple[int, ...], labels: list[str]) -> str:
    return " ".join("".join(labels[k] for k, _ in itertools.groupby(path) if k).replace("|", " ").split())


def test_a_beam_finds_the_text_whose_paths_are_likeliest_together(tmp_path: Path) -> None:
    """Against the sum over all 3^5 paths; the drawn posteriors include some whose best path is another text."""
    pytest.importorskip("flashlight", reason="needs the extra torchaudio: pip install 'stresstest[torchaudio]'")
    labels, differs = ["-", "|", "A"], 0
    options = {**bundle_like(tmp_path), "labels": labels, "beams": 200}
    recognizer = Torchaudio(**options)
    recognizer._labels, recognizer._search = tuple(labels), _beam_search(labels, 200)
    for k in range(40):
        posteriors = rng_for(1, "beam", str(k)).dirichlet(np.ones(3), size=5)
        sums: dict[str, float] = {}
        for path in itertools.product(range(3), repeat=5):
            text = collapsed(path, labels)
            sums[text] = sums.get(text, 0.0) + float(np.prod(posteriors[np.arange(5), path]))
        emitted = recognizer._emitted(np.log(posteriors).astype(np.float32))
        said = " ".join(word.text for word in words_of(emitted, labels, "|", 0.0))
        assert said == max(sums, key=lambda text: sums[text])
        differs += said != collapsed(tuple(posteriors.argmax(axis=1)), labels)
    assert differs > 3, differs


def test_one_beam_more_answers_with_words(tmp_path: Path) -> None:
    pytest.importorskip("flashlight", reason="needs the extra torchaudio: pip install 'stresstest[torchaudio]'")
    made = bundle_like(tmp_path)
    assert heard(**made, beams=20).words
    assert Torchaudio(**made, beams=20).revision != Torchaudio(**made).revision


def test_a_bundle_is_loaded_from_a_file_given(tmp_path: Path) -> None:
    """Its published name is demanded, and a file of that name with other weights is refused by their shapes."""
    torchaudio.pipelines.WAV2VEC2_ASR_BASE_10M  # noqa: B018 - it exists
    (tmp_path / "other.pt").write_bytes(b"")
    with pytest.raises(RecognizerError, match=r"file named wav2vec2_fairseq_base_ls960_asr_ll10m\.pth; got"):
        Torchaudio("WAV2VEC2_ASR_BASE_10M", weights=str(tmp_path / "other.pt"), device="cpu").open()
    made = Path(bundle_like(tmp_path)["weights"]).rename(tmp_path / "wav2vec2_fairseq_base_ls960_asr_ll10m.pth")
    with pytest.raises(RecognizerError, match="cannot load"):
        Torchaudio("WAV2VEC2_ASR_BASE_10M", weights=str(made), device="cpu").open()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"labels": LETTERS}, "the model has 29 outputs; got 32 labels"),
        ({"weights": "nowhere.pt"}, "there is no file nowhere.pt"),
        ({"bundle": "HUBERT_ASR_LARGE"}, "HUBERT_ASR_LARGE knows its architecture"),
        ({"architecture": None}, "or weights with architecture and labels"),
        ({"beams": 0}, "recognizer.beams takes a whole number"),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match=sentence):
        Torchaudio(**{**bundle_like(tmp_path), **changed}, device="cpu").open()


def test_a_bundle_for_other_things_is_refused() -> None:
    with pytest.raises(RecognizerError, match="got 'HUBERT_BASE'; allowed: HUBERT_ASR_LARGE"):
        Torchaudio("HUBERT_BASE", device="cpu").open()

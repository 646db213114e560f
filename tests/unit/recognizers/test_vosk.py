# SPDX-License-Identifier: Apache-2.0
"""What can be tried without a Kaldi model: refusals by the real library, and answers in its documented form."""

from pathlib import Path

import pytest

from stresstest.errors import RecognizerError
from stresstest.recognizers.base import Transcript, Word
from stresstest.recognizers.vosk import Vosk, transcript_of_results


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("vosk", reason="needs the extra vosk: pip install 'stresstest[vosk]'")
    (tmp_path / "README").write_text("no model", encoding="utf-8")
    with pytest.raises(RecognizerError, match=r"Vosk finds no model in .* am/, conf/ and graph/"):
        Vosk(str(tmp_path)).open()
    with pytest.raises(RecognizerError, match=r"recognizer\.model: there is no folder nowhere"):
        Vosk("nowhere").open()


def test_the_revision_follows_the_files_of_the_folder_and_the_grammar(tmp_path: Path) -> None:
    pytest.importorskip("vosk", reason="needs the extra vosk: pip install 'stresstest[vosk]'")
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"1")
    before = Vosk(str(tmp_path)).revision
    assert Vosk(str(tmp_path), grammar=["yes", "[unk]"]).revision != before
    (tmp_path / "am" / "final.mdl").write_bytes(b"22")
    assert Vosk(str(tmp_path)).revision != before


def test_results_of_several_ends_of_speech_become_one_transcript() -> None:
    """The form of https://alphacephei.com/vosk: an end of speech within, then the final result."""
    results = [
        {"text": "one", "result": [{"word": "one", "start": 0.1, "end": 0.4, "conf": 1.0}]},
        {"text": ""},
        {"text": "two", "result": [{"word": "two", "start": 1.1, "end": 1.6, "conf": 0.5}]},
    ]
    words = (Word("one", 0.1, 0.4, 1.0), Word("two", 1.1, 1.5, 0.5))
    assert transcript_of_results(results, 1.5) == Transcript("one two", 0.75, words)
    assert transcript_of_results([{"text": ""}], 1.0) == Transcript("")

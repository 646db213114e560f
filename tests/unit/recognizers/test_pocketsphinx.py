# SPDX-License-Identifier: Apache-2.0
"""PocketSphinx: options, grammars, and answers that depend on the waveform alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from stresstest.audio import Waveform, files
from stresstest.corpora import Utterance
from stresstest.corpora._espeak import Voice
from stresstest.corpora._synthesis import Line, synthesized
from stresstest.errors import MissingExtraError, RecognizerError
from stresstest.recognizers import Transcript
from stresstest.recognizers.pocketsphinx import DITHER_DBOV, Pocketsphinx, dithered, grammar_words
from stresstest.seeds import rng_for

TEXTS = (
    "give fifty milligrams of morphine to bed twelve",
    "send the surgeon to room seven",
    "pulse in bed nine is falling",
    "patient ten is very confused",
)
LINES = [Line(f"t{i}", "s", "a", "female", Voice("en-us", "f2", 50, 50, 190), text) for i, text in enumerate(TEXTS)]


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Utterance]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRESSTEST_CACHE", str(tmp_path_factory.mktemp("speech")))
        return synthesized("test", LINES)


@pytest.fixture(scope="module")
def waves(orders: Sequence[Utterance]) -> list[Waveform]:
    """Speech with a quarter of a second of digital silence around it."""
    silence = np.zeros(4000, np.float32)
    return [Waveform(np.concatenate([silence, files.read(u.audio).samples, silence]), 16000) for u in orders]


@pytest.fixture(scope="module")
def recognizer() -> Pocketsphinx:
    made = Pocketsphinx(grammar="ward_orders")
    made.open()
    return made


def texts(answers: Sequence[object]) -> list[str]:
    return [answer.text for answer in answers]  # type: ignore[attr-defined]


def test_clear_orders_are_heard_word_for_word(recognizer: Pocketsphinx, waves: list[Waveform]) -> None:
    assert texts(recognizer.transcribe(waves)) == list(TEXTS)


def test_words_have_times_inside_the_speech_and_a_grammar_gives_no_confidence(
    recognizer: Pocketsphinx, waves: list[Waveform]
) -> None:
    for wave, answer in zip(waves, recognizer.transcribe(waves), strict=True):
        assert isinstance(answer, Transcript)
        assert " ".join(word.text for word in answer.words) == answer.text
        times = [time for word in answer.words for time in (word.start_s, word.end_s)]
        assert all(a <= b for a, b in pairwise(times))  # type: ignore[operator]
        assert 0.2 < times[0] < 0.5, "a quarter of a second of silence lies before"  # type: ignore[operator]
        assert wave.seconds - 0.5 < times[-1] <= wave.seconds  # type: ignore[operator]
        assert answer.confidence is None
        assert {word.confidence for word in answer.words} == {None}


def test_answers_depend_on_the_waveform_alone(recognizer: Pocketsphinx, waves: list[Waveform]) -> None:
    rng = rng_for(0, "test")
    levels = (0.02, 0.1)
    noisy = [w.with_samples(w.samples + a * rng.standard_normal(w.samples.size)) for a in levels for w in waves]
    mixed = [w.scaled_db(-6) for w in (*waves, *noisy)]
    first = texts(recognizer.transcribe(mixed))
    order = rng.permutation(len(mixed))
    again = texts(recognizer.transcribe([mixed[i] for i in order]))
    fresh = Pocketsphinx(grammar="ward_orders")
    fresh.open()
    assert [first[i] for i in order] == again
    assert texts(fresh.transcribe(mixed[::-1]))[::-1] == first


def test_silence_is_an_empty_transcript(recognizer: Pocketsphinx) -> None:
    assert texts(recognizer.transcribe([Waveform(np.zeros(8000, np.float32), 16000)])) == [""]


def test_dither_has_its_level_and_is_the_same_for_everyone() -> None:
    silence = Waveform(np.zeros(160000, np.float32), 16000)
    noise = np.frombuffer(dithered(silence), "<i2") / 32767
    assert 20 * np.log10(np.sqrt(np.mean(noise**2))) == pytest.approx(DITHER_DBOV, abs=0.1)
    assert dithered(Waveform(np.zeros(100, np.float32), 16000)) == dithered(silence)[:200]


def test_dither_stays_inside_16_bits() -> None:
    loud = np.frombuffer(dithered(Waveform(np.ones(16000, np.float32), 16000)), "<i2")
    assert loud.min() > 30000


def test_words_that_the_dictionary_lacks_are_named(tmp_path: Path) -> None:
    path = tmp_path / "g.gram"
    path.write_text("#JSGF V1.0;\ngrammar g;\npublic <s> = give ( paracetamolx | morphine | Qwrtz );\n")
    with pytest.raises(RecognizerError, match=r"g\.gram: the pronunciation dictionary has no 'Qwrtz', 'paracetamolx'"):
        Pocketsphinx(grammar=str(path)).open()


def test_a_dictionary_of_ones_own_adds_words(tmp_path: Path, waves: list[Waveform]) -> None:
    grammar, dictionary = tmp_path / "g.gram", tmp_path / "own.dict"
    grammar.write_text("#JSGF V1.0;\ngrammar g;\npublic <s> = send the surgeonx to room sevenx;\n")
    dictionary.write_text("send S EH N D\nthe DH AH\nsurgeonx S ER JH AH N\nto T UW\nroom R UW M\nsevenx S EH V AH N\n")
    recognizer = Pocketsphinx(grammar=str(grammar), dictionary=str(dictionary))
    recognizer.open()
    assert texts(recognizer.transcribe([waves[1]])) == ["send the surgeonx to room sevenx"]


def test_an_n_gram_model_restricts_the_words(tmp_path: Path, waves: list[Waveform]) -> None:
    words = ["</s>", "<s>", "send", "the", "surgeon", "to", "room", "seven"]
    path, dictionary = tmp_path / "own.lm", tmp_path / "own.dict"
    dictionary.write_text("send S EH N D\nthe DH AH\nsurgeon S ER JH AH N\nto T UW\nroom R UW M\nseven S EH V AH N\n")
    grams = "\n".join(f"-0.9 {word}" for word in words)
    path.write_text(f"\\data\\\nngram 1={len(words)}\n\n\\1-grams:\n{grams}\n\n\\end\\\n")
    recognizer = Pocketsphinx(ngram=str(path), dictionary=str(dictionary))
    recognizer.open()
    (answer,) = recognizer.transcribe([waves[1]])
    assert isinstance(answer, Transcript)
    assert {"surgeon", "room", "seven"} <= set(answer.text.split()) <= set(words)
    for value in (answer.confidence, *(word.confidence for word in answer.words)):
        assert value is not None, "the lattice gives posteriors"
        assert 0 <= value <= 1


def test_a_file_that_is_no_grammar_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.gram"
    path.write_text("public = ( ;")
    with pytest.raises(RecognizerError, match=r"bad\.gram"):
        Pocketsphinx(grammar=str(path)).open()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"grammar": "ward_order"}, "no grammar 'ward_order'; allowed: .*did you mean 'ward_orders'"),
        ({"grammar": "nowhere/x.gram"}, "recognizer.grammar: there is no file 'nowhere/x.gram'"),
        ({"ngram": "nowhere.lm"}, "recognizer.ngram: there is no file 'nowhere.lm'"),
        ({"dictionary": "nowhere.dict"}, "recognizer.dictionary: there is no file"),
        ({"grammar": "digit", "ngram": "x.lm"}, "takes a grammar or an n-gram model"),
    ],
)
def test_options_are_refused_at_construction(options: dict[str, str], says: str) -> None:
    with pytest.raises(RecognizerError, match=says):
        Pocketsphinx(**options)


def test_revisions_differ_with_whatever_changes_answers(tmp_path: Path) -> None:
    path = tmp_path / "g.gram"
    revisions = set()
    for word in ("one", "two"):
        path.write_text(f"#JSGF V1.0;\ngrammar g;\npublic <s> = {word};\n")
        revisions.add(Pocketsphinx(grammar=str(path)).revision)
    revisions |= {Pocketsphinx(grammar=g, bestpath=b).revision for g in (None, "digit") for b in (True, False)}
    assert len(revisions) == 6
    assert all(revision.startswith("pocketsphinx 5.") for revision in revisions)
    assert Pocketsphinx(grammar="digit").revision == Pocketsphinx(grammar="digit", bestpath=False).revision


def test_without_the_library_the_install_line_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'stresstest\[demo\]'"):
        Pocketsphinx(grammar="digit").open()


def test_transcribing_before_opening_is_refused() -> None:
    with pytest.raises(RecognizerError, match="call open"):
        Pocketsphinx(grammar="digit").transcribe([Waveform(np.zeros(10, np.float32), 16000)])


def test_words_of_a_grammar_are_its_words_only(tmp_path: Path) -> None:
    path = tmp_path / "g.gram"
    path.write_text(
        "#JSGF V1.0 UTF-8 en;\ngrammar a.b;\nimport <x.y>;\n/* no */ public <s> = /0.5/ one {tag}"
        ' | /2/ "two" <t>; // not\n'
        "<t> = [ three ]* ( four | five )+;\n"
    )
    assert grammar_words(path) == ["five", "four", "one", "three", "two"]

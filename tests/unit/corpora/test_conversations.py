# SPDX-License-Identifier: Apache-2.0
"""Conversations become segments in which one known speaker is heard alone and every word is written down."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specimens import coraal, edacc, text

from stresstest.corpora._stretches import MARKUP, Line, stretches
from stresstest.corpora.coraal import Coraal
from stresstest.corpora.edacc import EdAcc
from stresstest.errors import CorpusError


@st.composite
def conversations(draw: st.DrawFn) -> list[Line]:
    """Lines by start; some overlap, some are marked up or empty, some last no time."""
    lines = []
    for _ in range(draw(st.integers(0, 12))):
        start = draw(st.integers(0, 40)) / 2
        end = start + draw(st.sampled_from((0.0, 0.5, 1.0, 4.0)))
        speaker = draw(st.sampled_from(("a", "a", "b")))
        lines.append(Line(speaker, draw(st.sampled_from(("yes", "no", "[oh]", ""))), start, end))
    return sorted(lines, key=lambda line: line.start)


@given(conversations(), st.sampled_from((0.6, 3.0, 20.0)))
def test_a_stretch_is_one_speaker_alone_without_markup_and_not_too_long(lines: list[Line], limit: float) -> None:
    found = list(stretches(lines, "a", limit))
    used = [line for stretch in found for line in stretch]
    assert all(line.speaker == "a" and line.said and not MARKUP.search(line.said) for line in used)
    for stretch in found:
        start, end = stretch[0].start, stretch[-1].end
        assert start < end
        assert len(stretch) == 1 or end - start <= limit
        others = [line for line in lines if line not in stretch]
        neighbors = [line for line in others if line.start < end and start < line.end]
        assert not [line for line in neighbors if line.end > line.start]


@given(conversations())
def test_the_longest_stretch_only_parts_lines_and_loses_none(lines: list[Line]) -> None:
    long, short = (list(stretches(lines, "a", limit)) for limit in (1000.0, 0.1))
    assert [line for stretch in long for line in stretch] == [line for stretch in short for line in stretch]
    assert all(len(stretch) == 1 for stretch in short)


def test_coraal_gives_the_interviewee_with_pauses_and_without_overlap_or_redaction(tmp_path: Path) -> None:
    corpus = Coraal(str(coraal.make(tmp_path)))
    found = [(u.text, u.start, u.end) for u in corpus.utterances()]
    assert found == [('We used to play "tag," all day long.', 1.0, 3.0), ("Real fast.", 4.3, 5.0)]
    assert {(u.speaker, u.accent) for u in corpus.utterances()} == {("DCB_se1_ag1_f_01", "Washington DC 2016")}
    assert (
        "1 past the end of the recording, 1 without the audio or transcript of an interview"
        in (corpus.card()["limits"])
    )


def test_coraal_parts_what_is_longer_than_the_limit(tmp_path: Path) -> None:
    found = Coraal(str(coraal.make(tmp_path)), max_seconds=1.0).utterances()
    assert [u.text for u in found] == ['We used to play "tag,"', "all day long.", "Real fast."]
    with pytest.raises(CorpusError, match=r"corpus\.max_seconds is 0"):
        Coraal(str(tmp_path), max_seconds=0)


def test_coraal_refuses_times_that_are_none(tmp_path: Path) -> None:
    coraal.make(tmp_path)
    transcript = tmp_path / "textfiles" / "DCB_se1_ag1_f_01_1.txt"
    text(transcript, transcript.read_text().replace("1.80", "soon", 1))
    with pytest.raises(CorpusError, match=r"f_01_1\.txt:3: StTime and EnTime are seconds"):
        Coraal(str(tmp_path)).utterances()


def test_edacc_gives_scored_turns_in_their_speakers_own_words(tmp_path: Path) -> None:
    corpus = EdAcc(str(edacc.make(tmp_path)))
    found = [(u.speaker, u.accent, u.text, u.start, u.end) for u in corpus.utterances()]
    assert found == [
        ("EDACC-C06-A", "South London", "C ELEVEN DASH P ONE", 0.5, 1.25),
        ("EDACC-C06-B", "Italian", "I DON'T KNOW", 2.5, 3.0),
    ]
    reasons = ("1 of a read passage", "1 with overlap", "1 without an accent label", "1 without words")
    assert all(reason in corpus.card()["limits"] for reason in reasons)


def test_edacc_does_not_use_the_labels_of_the_reference(tmp_path: Path) -> None:
    """The authors call them unreliable; gender comes from the speakers' own answers."""
    edacc.make(tmp_path)
    reference = tmp_path / "test" / "stm"
    before = EdAcc(str(tmp_path)).utterances()
    text(reference, reference.read_text().replace("<male,l1>", "<female,l2>"))
    assert EdAcc(str(tmp_path)).utterances() == before


def test_edacc_refuses_a_turn_or_a_table_that_is_broken(tmp_path: Path) -> None:
    edacc.make(tmp_path)
    text(tmp_path / "dev" / "stm", "EDACC-C06 1 EDACC-C06-A 0.00\n")
    with pytest.raises(CorpusError, match=r"dev/stm:1: got 'EDACC-C06 1 EDACC-C06-A 0\.00'; allowed is: call"):
        EdAcc(str(tmp_path)).utterances()
    text(tmp_path / "linguistic_background.csv", "PARTICIPANT_ID,What is your gender?\nEDACC-C06-A,Male\n")
    with pytest.raises(CorpusError, match=r"no column begins with 'How would you describe your accent"):
        EdAcc(str(tmp_path)).utterances()

# SPDX-License-Identifier: Apache-2.0
"""What is refused by a selection, and what the sums say; the laws are in tests/laws/test_selection.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stresstest.audio import Waveform, files
from stresstest.corpora import Selection, Utterance
from stresstest.corpora.selection import describe, fingerprint, select
from stresstest.errors import CorpusError


def utterances(folder: Path, **counts: int) -> list[Utterance]:
    """`counts` speakers of each accent, with two utterances each, a second long and of two words."""
    audio = folder / "a.wav"
    files.write(audio, Waveform(np.linspace(-0.5, 0.5, 8000), 8000))
    return [
        Utterance(f"{accent}-{speaker}-{take}", audio, "two words", f"{accent}-{speaker}", accent)
        for accent, number in counts.items()
        for speaker in range(number)
        for take in range(2)
    ]


@pytest.mark.parametrize(
    ("selection", "says"),
    [
        (Selection(groups=("us", "scotish")), "no group 'scotish'; allowed: scottish, us .did you mean 'scottish'"),
        (Selection(min_speakers=4), "speakers of each group are scottish 2, us 3"),
        (Selection(balance="hours"), "corpus.balance is 'hours'; allowed: prompts, speakers, words"),
        (Selection(max_utterances_per_speaker=0), "max_utterances_per_speaker is 0"),
        (Selection(min_speakers=0), "min_speakers is 0"),
    ],
)
def test_what_cannot_be_selected_is_refused(tmp_path: Path, selection: Selection, says: str) -> None:
    with pytest.raises(CorpusError, match=says):
        select(utterances(tmp_path, us=3, scottish=2), selection)


def test_a_corpus_with_an_id_twice_or_with_nothing_is_refused(tmp_path: Path) -> None:
    one = utterances(tmp_path, us=1)
    with pytest.raises(CorpusError, match="'us-0-0' twice"):
        select([*one, one[0]], Selection())
    with pytest.raises(CorpusError, match="no utterances"):
        select([], Selection())


def test_groups_set_the_order(tmp_path: Path) -> None:
    chosen = select(utterances(tmp_path, a=1, b=1, c=1), Selection(groups=("c", "a")))
    assert [u.accent for u in chosen] == ["c", "c", "a", "a"]


def test_sums_of_each_group(tmp_path: Path) -> None:
    given = utterances(tmp_path, us=3, scottish=2)
    given[0] = replace(given[0], start=0.25, end=0.5)
    table = describe(given)
    assert table["us"] == {"speakers": 3, "utterances": 6, "words": 12, "minutes": pytest.approx(5.25 / 60)}
    assert table["scottish"] == {"speakers": 2, "utterances": 4, "words": 8, "minutes": pytest.approx(4 / 60)}


def test_an_unreadable_file_is_counted_not_hidden(tmp_path: Path) -> None:
    given = utterances(tmp_path, us=1)
    (tmp_path / "b.wav").write_bytes(b"not audio")
    assert describe([given[0], replace(given[1], audio=tmp_path / "b.wav")])["us"]["unreadable"] == 1


def test_the_fingerprint_sees_text_speaker_accent_segment_and_samples_but_not_order_or_place(tmp_path: Path) -> None:
    given = utterances(tmp_path, us=2)
    first = fingerprint(given)
    (tmp_path / "elsewhere").mkdir()
    assert fingerprint(utterances(tmp_path / "elsewhere", us=2)[::-1]) == first
    others = [{"id": "x"}, {"text": "two other"}, {"speaker": "x"}, {"accent": "x"}, {"start": 0.1}, {"end": 0.9}]
    seen = {first, *(fingerprint([replace(given[0], **change), *given[1:]]) for change in others)}
    files.write(tmp_path / "a.wav", Waveform(np.linspace(-0.5, 0.4, 8000), 8000))
    seen.add(fingerprint(given))
    assert len(seen) == 8


def test_the_fingerprint_of_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    given = utterances(tmp_path, us=1)
    (tmp_path / "a.wav").unlink()
    with pytest.raises(CorpusError, match=r"a\.wav: the audio of 'us-0-0' cannot be read"):
        fingerprint(given)


def test_the_same_text_is_one_prompt_for_all_speakers_and_a_second_reading_is_another() -> None:
    texts = [
        ("a1", "A", "Give the dose"),
        ("a2", "A", "give  the dose"),
        ("b1", "B", "GIVE the dose"),
        ("b2", "B", "no"),
    ]
    readings = [Utterance(i, Path("x.wav"), text, speaker, "us") for i, speaker, text in texts]
    prompts = {u.id: u.prompt for u in select(readings, Selection())}
    assert prompts == {"a1": "give the dose#0", "a2": "give the dose#1", "b1": "give the dose#0", "b2": "no#0"}
    assert {u.id: u.prompt for u in select(readings[::-1], Selection())} == prompts
    few = select(readings, Selection(max_utterances_per_speaker=1))
    assert all(u.prompt == prompts[u.id] for u in few), "the choice of utterances moves no prompt"

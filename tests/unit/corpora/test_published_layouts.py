# SPDX-License-Identifier: Apache-2.0
"""Read speech as it is published: labels and who gave them, known traps, layouts old and new."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from specimens import (
    afrispeech,
    audiomnist,
    cmu_arctic,
    fair_speech,
    l2_arctic,
    librispeech,
    sound,
    speech_accent_archive,
    speechocean762,
    text,
    timit,
    vctk,
)
from torchaudio.datasets import LIBRISPEECH, VCTK_092

from stresstest.corpora import Utterance
from stresstest.corpora.afrispeech import AfriSpeech
from stresstest.corpora.audiomnist import AudioMnist
from stresstest.corpora.cmu_arctic import CmuArctic
from stresstest.corpora.fair_speech import FairSpeech
from stresstest.corpora.l2_arctic import L2Arctic
from stresstest.corpora.librispeech import LibriSpeech
from stresstest.corpora.selection import with_prompts
from stresstest.corpora.speech_accent_archive import SpeechAccentArchive
from stresstest.corpora.speechocean762 import SpeechOcean762
from stresstest.corpora.timit import REGIONS, Timit
from stresstest.corpora.vctk import Vctk
from stresstest.errors import CorpusError

DATA = Path(__file__).parents[4] / "shared" / "data"


def values(utterances: Iterable[Utterance], *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(u.strata[k] if k in u.strata else getattr(u, k) for k in keys) for u in utterances]


def test_vctk_regions_are_several_words_or_none_and_comments_are_no_region(tmp_path: Path) -> None:
    found = values(Vctk(str(vctk.make(tmp_path))).utterances(), "speaker", "accent", "gender", "age", "region")
    assert set(found) == {
        ("p225", "English", "female", "23", "Southern England"),
        ("p226", "Scottish", "male", "22", "Fife"),
        ("s5", "British", "female", "24", "na"),
    }


def test_vctk_microphones_hear_the_same_sentences(tmp_path: Path) -> None:
    folder = str(vctk.make(tmp_path))
    first, second = Vctk(folder).utterances(), Vctk(folder, microphone="mic2").utterances()
    assert values(first, "id", "text") == values(second, "id", "text")
    assert {u.audio.stem[-4:] for u in second} == {"mic2"}
    with pytest.raises(CorpusError, match=r"corpus\.microphone is 'mic3'; allowed: mic1, mic2"):
        Vctk(folder, microphone="mic3")


def vctk_080(folder: Path) -> Path:
    """The older version: no microphones, no p before the numbers."""
    text(
        folder / "speaker-info.txt",
        "ID  AGE  GENDER  ACCENTS  REGION\n225  23  F  English  Surrey\n376  22  M  Indian\n",
    )
    for speaker in ("p225", "p376"):
        sound(folder / "wav48" / speaker / f"{speaker}_001.wav")
        text(folder / "txt" / speaker / f"{speaker}_001.txt", "Please call Stella.")
    return folder


def test_vctk_080_has_no_microphones_and_numbers_for_speakers(tmp_path: Path) -> None:
    found = Vctk(str(vctk_080(tmp_path))).utterances()
    assert values(found, "id", "accent", "region") == [("p225_001", "English", "Surrey"), ("p376_001", "Indian", "na")]


@pytest.mark.skipif(not DATA.is_dir(), reason="the real recordings are not beside the repository")
def test_vctk_is_read_with_real_recordings_in_its_layout(tmp_path: Path) -> None:
    """The recordings stand in a folder of their own; here they are linked to where VCTK 0.80 has them."""
    lines = (DATA / "vctk_mini" / "manifest.tsv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines, delimiter="\t"))
    people = {
        row["speaker"]: f"{row['speaker'][1:]}  30  {row['gender'][0].upper()}  English  {row['region']}"
        for row in rows
    }
    text(tmp_path / "speaker-info.txt", "ID  AGE  GENDER  ACCENTS  REGION\n" + "\n".join(people.values()))
    for row in rows:
        place = tmp_path / "wav48" / row["speaker"] / f"{row['id']}.wav"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(DATA / "vctk_mini" / row["audio"])
        text(tmp_path / "txt" / row["speaker"] / f"{row['id']}.txt", row["text"])
    found = values(Vctk(str(tmp_path)).utterances(), "id", "text", "speaker", "gender", "region")
    assert found == sorted(tuple(row[k] for k in ("id", "text", "speaker", "gender", "region")) for row in rows)


def test_l2_arctic_labels_first_languages_and_parts_do_not_mix(tmp_path: Path) -> None:
    folder = str(l2_arctic.make(tmp_path))
    read, told = L2Arctic(folder).utterances(), L2Arctic(folder, part="spontaneous").utterances()
    keys = ("id", "speaker", "accent", "gender")
    assert values(read, *keys) == [
        ("ABA-arctic_a0001", "ABA", "Arabic", "male"),
        ("TNI-arctic_a0001", "TNI", "Hindi", "female"),
    ]
    assert values(told, *keys) == [("TNI-tni", "TNI", "Hindi", "female")]
    assert len({u.prompt for u in with_prompts(read)}) == 1


def test_l2_arctic_refuses_a_speaker_that_it_does_not_have(tmp_path: Path) -> None:
    l2_arctic.make(tmp_path)
    (tmp_path / "ABA").rename(tmp_path / "ABBA")
    with pytest.raises(CorpusError, match=r"no speaker 'ABBA' in L2-ARCTIC.*did you mean 'ABA'"):
        L2Arctic(str(tmp_path)).utterances()


def test_cmu_arctic_keeps_quotes_and_brackets_of_a_prompt(tmp_path: Path) -> None:
    corpus = CmuArctic(str(cmu_arctic.make(tmp_path)))
    assert values(corpus.utterances(), "id", "accent", "gender") == [
        ("bdl-arctic_a0001", "US", "male"),
        ("ksp-arctic_a0001", "Indian", "male"),
    ]
    assert {u.text for u in corpus.utterances()} == {'"Hello," said Philip (twice).'}
    assert "2 without audio" in corpus.card()["limits"]


@pytest.mark.parametrize(
    ("line", "says"),
    [("arctic_a0001 Hello.\n", r"txt\.done\.data:1: got 'arctic_a0001 Hello\.'"), ("", "no utterance")],
)
def test_cmu_arctic_refuses_lines_that_are_no_prompts(tmp_path: Path, line: str, says: str) -> None:
    text(tmp_path / "cmu_us_bdl_arctic" / "etc" / "txt.done.data", line)
    with pytest.raises(CorpusError, match=says):
        CmuArctic(str(tmp_path)).utterances()


def test_librispeech_has_no_accents_and_survives_a_bar_in_a_name(tmp_path: Path) -> None:
    corpus = LibriSpeech(str(librispeech.make(tmp_path)))
    assert values(corpus.utterances(), "id", "accent", "gender", "subset") == [
        ("14-208-0000", "unlabeled", "female", "test-clean"),
        ("60-121082-0000", "unlabeled", "male", "test-clean"),
    ]
    assert "records no accents" in corpus.card()["accent_labels"]
    with pytest.raises(CorpusError, match=r"corpus\.subset is 'test-cleen'; allowed: test-clean"):
        LibriSpeech(str(tmp_path), subset="test-cleen")


def test_torchaudio_reads_the_same_from_librispeech(tmp_path: Path) -> None:
    folder = librispeech.make(tmp_path / "LibriSpeech")
    oracle = LIBRISPEECH(tmp_path, url="test-clean")
    entries = [oracle.get_metadata(i) for i in range(len(oracle))]
    theirs = [(f"{speaker}-{chapter}-{number:04}", said) for _, _, said, speaker, chapter, number in entries]
    assert values(LibriSpeech(str(folder)).utterances(), "id", "text") == sorted(theirs)


@pytest.mark.parametrize("microphone", ["mic1", "mic2"])
def test_torchaudio_finds_the_same_in_vctk_but_what_has_no_accent_or_audio(tmp_path: Path, microphone: str) -> None:
    folder = vctk.make(tmp_path / "VCTK-Corpus-0.92")
    theirs = {"_".join(parts) for parts in VCTK_092(str(tmp_path), mic_id=microphone)._sample_ids}
    ours = {u.id for u in Vctk(str(folder), microphone=microphone).utterances()}
    assert ours == {name for name in theirs if not name.startswith("p280") and name != "p226_003"}


def test_timit_regions_ages_and_sentences_come_from_place_table_and_name(tmp_path: Path) -> None:
    found = Timit(str(timit.make(tmp_path))).utterances()
    assert values(found, "id", "accent", "gender", "age", "split", "sentence") == [
        ("fcjf0-sa1", "New England", "female", "22", "train", "sa"),
        ("fcjf0-sx37", "New England", "female", "22", "train", "sx"),
        ("mabc0-sa1", "New York City", "male", "na", "test", "sa"),
        ("mabc0-sx37", "New York City", "male", "na", "test", "sx"),
    ]
    assert {u.text for u in found} == {"She had your dark suit in greasy wash water all year."}
    assert {u.speaker for u in Timit(str(tmp_path), split="test").utterances()} == {"mabc0"}


def test_timit_takes_the_sample_of_nltk(tmp_path: Path) -> None:
    for region in range(1, 9):
        sound(tmp_path / f"dr{region}-fvmh{region}" / "sa1.wav", format="NIST")
        text(tmp_path / f"dr{region}-fvmh{region}" / "sa1.txt", "0 63488 She had your dark suit.\n")
    text(tmp_path / "spkrinfo.txt", "VMH1 F 1 TRN 02/12/86 02/15/60 5'07\" WHT BS\n")
    found = Timit(str(tmp_path)).utterances()
    assert tuple(u.accent for u in found) == REGIONS
    assert values(found[:2], "age", "split") == [("25", "train"), ("na", "na")]


def test_timit_refuses_a_text_that_is_no_sentence(tmp_path: Path) -> None:
    timit.make(tmp_path)
    text(tmp_path / "TEST" / "DR6" / "MABC0" / "SA1.TXT", "She had your dark suit")
    with pytest.raises(CorpusError, match=r"SA1\.TXT: got 'She had your dark suit'; allowed is: first sample"):
        Timit(str(tmp_path)).utterances()


def test_the_speech_accent_archive_has_one_text_and_mends_a_known_misspelling(tmp_path: Path) -> None:
    corpus = SpeechAccentArchive(str(speech_accent_archive.make(tmp_path)))
    keys = ("id", "accent", "gender", "age", "age_of_onset", "country")
    assert values(corpus.utterances(), *keys) == [
        ("afrikaans1", "afrikaans", "female", "27", "9", "south africa"),
        ("english7", "english", "male", "35", "0", "uk"),
    ]
    assert {u.text for u in corpus.utterances()} == {"Please call Stella. Ask her to bring these things."}
    assert "left out: 1 without audio" in corpus.card()["limits"]


def test_fair_speech_has_cells_for_speakers_within_one_group_whatever_the_label(tmp_path: Path) -> None:
    folder = str(fair_speech.make(tmp_path))
    for label, groups in (("first_language", {"Spanish", "English"}), ("ethnicity", {"White", "Asian"})):
        corpus = FairSpeech(folder, label=label)
        assert {u.accent for u in corpus.utterances()} == groups
        assert len({u.speaker for u in corpus.utterances()}) == 2
        assert all(u.speaker.startswith("cell:") for u in corpus.utterances())
        assert "no speaker ids" in corpus.card()["pseudo_speakers"]


def test_fair_speech_wants_one_table(tmp_path: Path) -> None:
    fair_speech.make(tmp_path)
    text(tmp_path / "other.tsv", "a\n")
    with pytest.raises(CorpusError, match=r"got the tables asr_fairness_metadata\.tsv, other\.tsv; allowed is one"):
        FairSpeech(str(tmp_path)).utterances()


def test_afrispeech_counts_a_recording_once_and_finds_it_below_other_folders(tmp_path: Path) -> None:
    corpus = AfriSpeech(str(afrispeech.make(tmp_path)))
    assert values(corpus.utterances(), "id", "text", "accent", "gender", "age_group", "split") == [
        ("f1-x", "Adjust, it.", "zulu", "female", "19-25", "test"),
        ("f2-x", "Uncap syringe.", "akan (fante)", "na", "na", "test"),
    ]
    with pytest.raises(CorpusError, match="no utterance is found"):
        AfriSpeech(str(tmp_path), split="dev").utterances()


def test_afrispeech_takes_the_layout_of_its_authors_repository(tmp_path: Path) -> None:
    afrispeech.make(tmp_path / "other")
    table = (tmp_path / "other" / "transcripts" / "akan-fante" / "test.csv").read_text()
    text(tmp_path / "mine" / "intron-test-public-6346-clean.csv", table)
    sound(tmp_path / "mine" / "test" / "f2" / "x.wav")
    assert values(AfriSpeech(str(tmp_path / "mine")).utterances(), "id", "split") == [("f2-x", "test")]


def test_speechocean_joins_both_ways_to_write_a_speaker(tmp_path: Path) -> None:
    folder = str(speechocean762.make(tmp_path))
    keys = ("id", "speaker", "accent", "age", "stage", "gender", "split")
    assert values(SpeechOcean762(folder).utterances(), *keys) == [
        ("000010011", "0001", "Mandarin", "6", "child", "male", "train"),
        ("000030011", "0003", "Mandarin", "40", "adult", "female", "test"),
    ]
    assert {u.speaker for u in SpeechOcean762(folder, split="test").utterances()} == {"0003"}


def test_audiomnist_leaves_copies_out_and_takes_1234_for_no_age(tmp_path: Path) -> None:
    corpus = AudioMnist(str(audiomnist.make(tmp_path)))
    assert values(corpus.utterances(), "id", "text", "accent", "age", "recording_room") == [
        ("3_01_0", "three", "German", "30", "kino"),
        ("3_36_19", "three", "German", "22", "vr-room"),
        ("3_45_0", "three", "Danish", "na", "vr-room"),
    ]
    assert "1 copying another take, 1 without an accent label" in corpus.card()["limits"]


@pytest.mark.parametrize(("content", "says"), [("{", "not JSON"), ('{"01": 3}', "an object for each speaker")])
def test_audiomnist_refuses_broken_metadata(tmp_path: Path, content: str, says: str) -> None:
    audiomnist.make(tmp_path)
    text(tmp_path / "data" / "audioMNIST_meta.txt", content)
    with pytest.raises(CorpusError, match=says):
        AudioMnist(str(tmp_path)).utterances()

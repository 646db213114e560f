# SPDX-License-Identifier: Apache-2.0
"""Free Spoken Digits and Common Voice: layouts found, broken ones refused, the real ones read where they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from stresstest.corpora.common_voice import CommonVoice
from stresstest.corpora.free_spoken_digits import FreeSpokenDigits
from stresstest.corpora.manifest import Manifest
from stresstest.errors import CorpusError

DATA = Path(__file__).parents[4] / "shared" / "data"


def sound(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.zeros(800), 8000)


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    for name in ("7_anna_0", "7_anna_10", "7_anna_2", "0_bob_0"):
        sound(tmp_path / "recordings" / f"{name}.wav")
    (tmp_path / "speakers.tsv").write_text("speaker\taccent\tgender\nanna\tGRC/Greek\tfemale\nbob\tUSA\tmale\n")
    return tmp_path


def test_digits_are_words_in_order_of_speaker_digit_and_take(digits: Path) -> None:
    utterances = FreeSpokenDigits(str(digits)).utterances()
    assert [u.id for u in utterances] == ["7_anna_0", "7_anna_2", "7_anna_10", "0_bob_0"]
    assert [(u.text, u.accent, u.strata) for u in utterances[2:]] == [
        ("seven", "GRC/Greek", {"gender": "female"}),
        ("zero", "USA", {"gender": "male"}),
    ]


def test_digits_of_an_unknown_speaker_or_name_are_refused(digits: Path) -> None:
    sound(digits / "recordings" / "3_bop_0.wav")
    with pytest.raises(CorpusError, match=r"no speaker 'bop'; allowed: anna, bob .did you mean 'bob'"):
        FreeSpokenDigits(str(digits)).utterances()
    (digits / "recordings" / "3_bop_0.wav").rename(digits / "recordings" / "three.wav")
    with pytest.raises(CorpusError, match=r"three\.wav: the name is not {digit}_{speaker}_{take}\.wav"):
        FreeSpokenDigits(str(digits)).utterances()


@pytest.mark.parametrize("missing", ["recordings", "speakers.tsv"])
def test_a_folder_without_digits_says_what_was_looked_for(tmp_path: Path, missing: str) -> None:
    for name in {"recordings", "speakers.tsv"} - {missing}:
        (tmp_path / name).mkdir()
    with pytest.raises(CorpusError, match=f"holds no '{missing}'"):
        FreeSpokenDigits(str(tmp_path))


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    for split in ("valid-test", "valid-dev", "other-test"):
        name = f"cv-{split}/sample-000001.mp3"
        sound(tmp_path / name.replace(".mp3", ".wav"))
        (tmp_path / f"cv-{split}.csv").write_text(
            "filename,text,up_votes,down_votes,age,gender,accent,duration\n"
            f'{name.replace(".mp3", ".wav")},"well, yes",1,0,twenties,male,us,\n'
            f"{name.replace('1.mp3', '2.wav')},no accent and no clip,1,0,,,,\n"
        )
    return tmp_path


def test_version_1_has_cells_for_speakers_and_says_so(first_version: Path) -> None:
    corpus = CommonVoice(str(first_version))
    first, second = corpus.utterances()
    assert (first.id, second.id) == ("valid-dev-sample-000001", "valid-test-sample-000001")
    assert (first.text, first.speaker, first.accent) == ("well, yes", "cell:us/male/twenties", "us")
    assert "no speaker ids" in corpus.card()["pseudo_speakers"]
    assert corpus.card()["limits"].startswith("2 of 4 clips have no accent")


def test_a_split_is_chosen_by_name(first_version: Path) -> None:
    assert [u.id for u in CommonVoice(str(first_version), "other-test").utterances()] == ["other-test-sample-000001"]
    with pytest.raises(CorpusError, match=r"no split 'valid-tst'.*did you mean 'valid-test'"):
        CommonVoice(str(first_version), "valid-tst")


def test_clips_in_a_nested_folder_are_found(first_version: Path) -> None:
    clips = first_version / "cv-valid-test"
    clips.rename(first_version / "moved")
    clips.mkdir()
    (first_version / "moved").rename(clips / "cv-valid-test")
    assert len(CommonVoice(str(first_version), "valid-test").utterances()) == 1


def release(folder: Path, accents: str, clip: str = "clip_1.wav") -> Path:
    sound(folder / "clips" / "clip_1.wav")
    (folder / "validated.tsv").write_text(
        f"client_id\tpath\tsentence\tup_votes\tdown_votes\tage\tgender\t{accents}\tlocale\n"
        f'c1\t{clip}\tThe "end\t2\t0\t\tfemale\tUnited States English\ten\n'
        "c2\tgone.wav\tNo accent.\t2\t0\t\t\t\ten\n"
    )
    return folder


@pytest.mark.parametrize("accents", ["accent", "accents"])
def test_a_release_has_speakers(tmp_path: Path, accents: str) -> None:
    corpus = CommonVoice(str(release(tmp_path, accents)))
    (utterance,) = corpus.utterances()
    assert (utterance.text, utterance.speaker, utterance.accent) == ('The "end', "c1", "United States English")
    assert utterance.strata == {"gender": "female", "age": "na"}
    assert "pseudo_speakers" not in corpus.card()


@pytest.mark.parametrize("clip", ["missing.wav", "../../outside.wav"])
def test_a_clip_that_is_missing_or_outside_is_refused(tmp_path: Path, clip: str) -> None:
    sound(tmp_path / "outside.wav")
    with pytest.raises(CorpusError, match=r"validated\.tsv:2: there is no clip"):
        CommonVoice(str(release(tmp_path / "release", "accent", clip))).utterances()


def test_a_folder_that_is_no_common_voice_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(
        CorpusError, match=r"cv-valid-\*\.csv .version 1., and for validated\.tsv with the folder clips"
    ):
        CommonVoice(str(tmp_path))


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    (release(tmp_path, "accent") / "validated.tsv").write_text("client_id\tpath\nc1\tclip_1.wav\n")
    with pytest.raises(CorpusError, match="the column 'sentence' is missing; got client_id, path"):
        CommonVoice(str(tmp_path)).utterances()


@pytest.mark.skipif(not DATA.is_dir(), reason="the real recordings are not beside the repository")
def test_the_real_data_sets_are_read() -> None:
    voices = CommonVoice(str(DATA / "common_voice_6_1_en")).utterances()
    assert (len(voices), len({u.speaker for u in voices})) == (50, 49)
    spoken = FreeSpokenDigits(str(DATA / "free_spoken_digits")).utterances()
    assert (len(spoken), len({u.speaker for u in spoken}), len({u.accent for u in spoken})) == (3000, 6, 4)


@pytest.mark.skipif(not DATA.is_dir(), reason="the real recordings are not beside the repository")
@pytest.mark.parametrize(
    ("name", "counts"),
    [("common_voice_accents", (1338, 119, 16)), ("spoken_phone_numbers", (70, 70, 4)), ("vctk_mini", (40, 4, 1))],
)
def test_the_real_manifests_are_read(name: str, counts: tuple[int, int, int]) -> None:
    found = Manifest(str(DATA / name / "manifest.tsv")).utterances()
    assert (len(found), len({u.speaker for u in found}), len({u.accent for u in found})) == counts

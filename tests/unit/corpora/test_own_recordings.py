# SPDX-License-Identifier: Apache-2.0
"""Recordings as other toolkits list them: what is read, and the traps of each layout."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from specimens import audiofolder, huggingface, kaldi, lhotse, nemo, sound, text

from stresstest.corpora import Corpus
from stresstest.corpora.audiofolder import AudioFolder
from stresstest.corpora.huggingface import HuggingFace
from stresstest.corpora.kaldi import Kaldi
from stresstest.corpora.lhotse import Lhotse
from stresstest.corpora.nemo import Nemo
from stresstest.errors import CorpusError, MissingExtraError


def values(corpus: Corpus, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(u.strata[k] if k in u.strata else getattr(u, k) for k in keys) for u in corpus.utterances()]


def test_kaldi_joins_its_lists_and_counts_what_is_left_out(tmp_path: Path) -> None:
    corpus = Kaldi(str(kaldi.make(tmp_path)))
    assert values(corpus, "id", "speaker", "accent", "gender", "text", "start", "end") == [
        ("s1-r1-a", "s1", "Scottish English", "female", "give two tablets", 0.1, 0.9),
        ("s1-r1-b", "s1", "Scottish English", "female", "now", 1.0, None),
        ("s2-r2-a", "s2", "German", "male", "gib zwei Tabletten", 0.0, 2.0),
    ]
    assert "left out: 1 without an accent label, 1 without text" in corpus.card()["limits"]


def test_kaldi_takes_accents_by_speaker_recordings_without_segments_and_further_lists(tmp_path: Path) -> None:
    folder = kaldi.make(tmp_path)
    (folder / "segments").unlink()
    text(folder / "text", "r1 one\nr2 two\nr3 three\n")
    text(folder / "utt2spk", "r1 s1\nr2 s2\nr3 s2\n")
    text(folder / "spk2accent", "s1 Igbo\ns2 Hausa\n")
    text(folder / "utt2room", "r1 ward\nr3 office\n")
    corpus = Kaldi(str(folder), accents="spk2accent", strata=["utt2room"])
    assert values(corpus, "id", "accent", "room", "start") == [
        ("r1", "Igbo", "ward", None),
        ("r2", "Hausa", "na", None),
        ("r3", "Hausa", "office", None),
    ]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("wav.scp", "r1 sox a.wav -t wav - |\n", r"wav\.scp, recording 'r1': got the program 'sox a\.wav"),
        ("wav.scp", "r1 raw.ark:1234\n", "a place in an archive"),
        ("wav.scp", "r1 audio/gone.wav\n", r"no audio file .*gone\.wav.*audio_root"),
        ("segments", "s1-r1-a r9 0 1\n", "no recording 'r9'"),
        ("segments", "s1-r1-a r1 1 0.5\n", "0 <= start < end"),
        ("segments", "s1-r1-a r1 nan 1\n", "0 <= start < end"),
        ("segments", "s1-r1-a r1\n", "allowed is: recording, start, end"),
        ("utt2spk", "other s1\n", "no speaker for the utterance 's1-r1-a'"),
    ],
)
def test_kaldi_lists_that_are_code_or_do_not_fit_are_refused(
    name: str, content: str, says: str, tmp_path: Path
) -> None:
    folder = kaldi.make(tmp_path)
    text(folder / name, content)
    with pytest.raises(CorpusError, match=says):
        Kaldi(str(folder)).utterances()


def test_kaldi_runs_no_program_of_a_list(tmp_path: Path) -> None:
    folder = kaldi.make(tmp_path)
    for line in (f"r1 touch {tmp_path}/ran |\n", f"r1 | touch {tmp_path}/ran\n", f"r1 $(touch {tmp_path}/ran)\n"):
        text(folder / "wav.scp", line)
        with pytest.raises(CorpusError):
            Kaldi(str(folder)).utterances()
    assert not (tmp_path / "ran").exists()


def test_nemo_reads_whole_files_and_parts(tmp_path: Path) -> None:
    corpus = Nemo(str(nemo.make(tmp_path)))
    assert values(corpus, "id", "speaker", "accent", "text", "start", "end") == [
        ("b-00000500", "2", "y", "now", 0.5, 1.25),
        ("b-00001250", "2", "y", "later", 1.25, None),
        ("a", "s1", "x", "give two tablets", None, None),
    ]
    assert "1 without text" in corpus.card()["limits"]


def nemo_of(folder: Path, **changes: Any) -> Path:
    nemo.make(folder)
    row = {k: v for k, v in {**nemo.ROWS[0], **changes}.items() if v is not None}
    return text(folder / "one.json", json.dumps(row))


def test_nemo_keys_are_chosen_by_options_and_a_short_duration_is_the_beginning(tmp_path: Path) -> None:
    path = nemo_of(tmp_path, duration=0.25, accent=None, dialect="z", speaker=None, spk="s9", name="n/1", age=30)
    corpus = Nemo(str(path), speaker="spk", accent="dialect", id="name", strata=["age", "gender"])
    keys = ("speaker", "accent", "start", "end", "age", "gender")
    assert values(corpus, *keys) == [("s9", "z", 0.0, 0.25, "30", "na")]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"duration": 3.0}, r"one\.json:1: offset 0 s and duration 3\.0 s .* lasts 0\.500 s"),
        ({"offset": 0.5}, "offset 0.5 s"),
        ({"offset": -1}, "'offset' is -1"),
        ({"duration": "0.5"}, "'duration' is '0.5'"),
        ({"speaker": None}, "no 'speaker' .corpus.speaker names it.; allowed: accent, audio_filepath"),
        ({"accent": {"l1": "x"}}, "'accent' holds a dict"),
        ({"audio_filepath": None}, "no 'audio_filepath'"),
        ({"audio_filepath": "audio__0.tar"}, "no audio file"),
    ],
)
def test_nemo_lines_that_do_not_fit_the_audio_are_refused(
    changes: Mapping[str, Any], says: str, tmp_path: Path
) -> None:
    with pytest.raises(CorpusError, match=says):
        Nemo(str(nemo_of(tmp_path, **changes))).utterances()


def test_lhotse_recordings_with_supervisions_and_their_cuts_are_the_same_utterances(tmp_path: Path) -> None:
    folder = lhotse.make(tmp_path)
    apart = Lhotse(str(folder))
    assert values(apart, "id", "speaker", "accent", "gender", "text", "start", "end") == [
        ("u1", "s1", "Scottish", "female", "words of u1", 0.1, 0.6),
        ("u2", "s1", "Scottish", "female", "words of u2", 0.75, 2.0),
        ("u3", "s2", "Igbo", "na", "words of u3", None, None),
    ]
    assert "1 without an accent label" in apart.card()["limits"]
    late = lhotse.supervision("u2", "a", 0.25, 1.25, "s1")
    cuts = [lhotse.cut("c1", "a", 0, 2.0, lhotse.SPOKEN[0]), lhotse.cut("c2", "a", 0.5, 1.5, late)]
    cuts.append(lhotse.cut("c3", "b", 0, 2.0, lhotse.SPOKEN[2]))
    for name in ("cuts.jsonl", "cuts.jsonl.gz"):
        assert Lhotse(str(lhotse.write(folder / name, cuts))).utterances() == apart.utterances()


HEARD_IN_A = lhotse.SPOKEN[0]
MIXED = {"id": "m", "tracks": [], "type": "MixedCut"}
COMMAND = [{"type": "command", "channels": [0], "source": "touch ran"}]
STEREO = [{"type": "file", "channels": [0, 1], "source": "audio/a.wav"}]
RESAMPLED = [{"name": "Resample", "kwargs": {"target_sampling_rate": 16000}}]


@pytest.mark.parametrize(
    ("cut", "says"),
    [
        (MIXED, "got a MixedCut; allowed are cuts of one recording"),
        (lhotse.cut("c", "a", 0, 2, HEARD_IN_A, recording=None), "got a MonoCut"),
        (lhotse.cut("c", "a", 0, 2, HEARD_IN_A, recording=lhotse.recording("a", sources=COMMAND)), "from command"),
        (lhotse.cut("c", "a", 0, 2, HEARD_IN_A, recording=lhotse.recording("a", sources=STEREO)), "in channel"),
        (lhotse.cut("c", "a", 0, 2, HEARD_IN_A, recording=lhotse.recording("a", transforms=RESAMPLED)), "changed"),
        (lhotse.cut("c", "a", 0, 0.4, lhotse.SPOKEN[0]), r"from 0\.1 to 0\.6 s, beyond the 0 to 0\.4 s"),
        (lhotse.cut("c", "a", 0.5, 1, lhotse.supervision("n", "a", -0.3, 1, "s")), r"from 0\.2 to 1\.2 s, beyond"),
        (lhotse.cut("c", "gone", 0, 2, lhotse.SPOKEN[0]), "no audio file"),
        (lhotse.cut("c", "a", 0, 2, {**lhotse.SPOKEN[0], "start": None}), "starts at None"),
    ],
)  # fmt: skip
def test_lhotse_audio_that_is_in_no_file_is_refused(cut: Mapping[str, Any], says: str, tmp_path: Path) -> None:
    folder = lhotse.make(tmp_path)
    with pytest.raises(CorpusError, match=says):
        Lhotse(str(lhotse.write(folder / "cuts.jsonl", [cut]))).utterances()


def test_a_list_cut_off_in_the_middle_is_refused(tmp_path: Path) -> None:
    folder = lhotse.make(tmp_path)
    file = folder / "ward_supervisions_all.jsonl.gz"
    whole = file.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:40] + b"\0\0\0\0" + whole[44:], b"{}"):
        file.write_bytes(damaged)
        with pytest.raises(CorpusError, match="ward_supervisions_all"):
            Lhotse(str(folder)).utterances()


def test_audiofolder_reads_sidecars(tmp_path: Path) -> None:
    corpus = AudioFolder(str(audiofolder.make(tmp_path)))
    assert values(corpus, "id", "speaker", "accent", "text") == [
        ("Scottish-s1-a", "s1", "Scottish", "Give two tablets."),
        ("Scottish-s1-b", "s1", "Scottish", "NOW"),
        ("Igbo-s2-a", "s2", "Igbo", "Later."),
    ]
    assert "1 without text" in corpus.card()["limits"]


def test_audiofolder_has_any_layout_and_a_table_goes_before_the_path(tmp_path: Path) -> None:
    sound(tmp_path / "f" / "north" / "s1_take_1.wav")
    sound(tmp_path / "loose.wav")
    table = "file_name,text,accent,speaker,gender\nf/north/s1_take_1.wav,one,,,\nloose.wav,two,south,s2,m\n"
    text(tmp_path / "metadata.csv", table.replace("north/s1_take_1.wav,one,,,", "north/s1_take_1.wav,one,north,s1,f"))
    corpus = AudioFolder(str(tmp_path), layout="{gender}/{accent}/{speaker}_{name}")
    keys = ("id", "speaker", "accent", "gender", "text")
    assert values(corpus, *keys) == [
        ("f-north-s1_take_1", "s1", "north", "f", "one"),
        ("loose", "s2", "south", "m", "two"),
    ]


@pytest.mark.parametrize(
    ("files", "options", "says"),
    [
        ({"Igbo/deep/s2/a.txt": ""}, {}, "does not fit corpus.layout="),
        ({"Igbo/s2/a.lab": "Later."}, {}, "given twice"),
        ({"metadata.csv": "file_name,text\ngone.wav,x\n"}, {}, "names 'gone.wav', and there is no such file"),
        ({"metadata.csv": "file_name,txt\na.wav,x\n"}, {}, "column 'text' is missing"),
        ({"metadata.csv": "file_name,text\n", "metadata.tsv": "file_name\ttext\n"}, {}, "Keep one of them"),
        ({}, {"layout": "{accent}/{speaker}"}, "corpus.layout is '{accent}/{speaker}'"),
        ({}, {"layout": "{accent}/{name}/{name}"}, "corpus.layout is"),
        ({}, {"layout": "{accent}/{dir}/{name}"}, "nothing says who speaks"),
    ],
)
def test_audiofolder_refuses_what_does_not_fit(
    files: Mapping[str, str], options: Mapping[str, str], says: str, tmp_path: Path
) -> None:
    folder = audiofolder.make(tmp_path)
    for name, content in files.items():
        text(folder / name, content)
        if "deep" in name:
            sound((folder / name).with_suffix(".wav"))
    with pytest.raises(CorpusError, match=says):
        AudioFolder(str(folder), **options).utterances()


HEARD = [
    ("1", "Scottish", "F", "give two tablets"),
    ("1", "Scottish", "F", "now"),
    ("2", "Igbo", "na", "later"),
]


def test_huggingface_reads_what_is_saved_in_parquet_and_streamed_alike(tmp_path: Path) -> None:
    saved = huggingface.make(tmp_path / "a")
    (tmp_path / "b").mkdir()
    huggingface.table(tmp_path / "b").to_parquet(str(tmp_path / "b" / "data" / "test-00000-of-00001.parquet"))
    shutil.rmtree(tmp_path / "b" / "made")
    found = []
    for path, streaming in ((saved, False), (tmp_path / "b", False), (tmp_path / "b", True)):
        corpus = HuggingFace(str(path), streaming=streaming, strata=["gender"])
        assert values(corpus, "speaker", "accent", "gender", "text") == HEARD
        for why in ("1 without an accent label", "1 without audio", "1 without text"):
            assert why in corpus.card()["limits"]
        found.append([u.audio.read_bytes() for u in corpus.utterances()])
    wanted = huggingface.rows(tmp_path / "c")["audio"]
    assert found[0] == found[1] == found[2] == [wanted[n]["bytes"] for n in range(3)]


def test_huggingface_reads_no_more_rows_than_asked_and_columns_of_any_name(tmp_path: Path) -> None:
    table = huggingface.table(tmp_path).rename_columns({"accent": "l1", "text": "said", "speaker_id": "who"})
    table.save_to_disk(str(tmp_path / "one"))
    names = {"accent": "l1", "text": "said", "speaker": "who", "id": "gender"}
    assert values(HuggingFace(str(tmp_path / "one"), first=1, **names), "id", "accent") == [("F", "Scottish")]
    with pytest.raises(CorpusError, match="no column 'text'; allowed: "):
        HuggingFace(str(tmp_path / "one")).utterances()
    with pytest.raises(CorpusError, match="are the same utterance 'F'"):
        HuggingFace(str(tmp_path / "one"), **names).utterances()


def test_huggingface_refuses_splits_and_folders_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no split 'dev'; allowed: test"):
        HuggingFace(str(huggingface.make(tmp_path)), split="dev").utterances()
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="cannot be loaded"):
        HuggingFace(str(tmp_path / "empty")).utterances()
    with pytest.raises(CorpusError, match=r"corpus\.first is 0"):
        HuggingFace(str(tmp_path / "saved"), first=0)


@pytest.mark.skipif(
    importlib.util.find_spec("torchcodec") is not None, reason="torchcodec is here: loose files are read"
)
def test_huggingface_sends_loose_audio_to_the_corpus_that_reads_it(tmp_path: Path) -> None:
    sound(tmp_path / "test" / "a.wav")
    text(tmp_path / "test" / "metadata.csv", "file_name,text,speaker_id,accent\na.wav,one,s,x\n")
    call = [sys.executable, "-m", "stresstest", "corpus", "check", "huggingface", f"path={tmp_path}"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)  # apart: the library leaves a file open
    assert done.returncode == 2
    assert re.search(r"^stresstest: .*torchcodec.*corpus=audiofolder", done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr


def test_huggingface_without_its_library_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'stresstest\[huggingface\]'"):
        HuggingFace(str(tmp_path)).utterances()

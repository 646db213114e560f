# SPDX-License-Identifier: Apache-2.0
"""What every corpus owes, whichever file it is in; a new file is found here by itself."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml

from stresstest.audio import files
from stresstest.corpora import Corpus, Selection
from stresstest.corpora._folder import FolderCorpus
from stresstest.corpora.manifest import Manifest, write_manifest
from stresstest.corpora.selection import select
from stresstest.errors import CorpusError
from stresstest.places import data_folder
from stresstest.plugins import catalogue, load

NAMES = catalogue("corpora")
CARD = {"name", "license", "citation", "accent_labels"}


def sound(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.1 * np.sin(np.arange(8000)), 8000)


def manifest(folder: Path) -> Path:
    sound(folder / "a.wav")
    path = folder / "m.csv"
    path.write_text("id,audio,text,speaker,accent\nu1,a.wav,one,s1,x\n")
    return path


def free_spoken_digits(folder: Path) -> Path:
    sound(folder / "recordings" / "1_anna_0.wav")
    (folder / "speakers.tsv").write_text("speaker\taccent\nanna\tx\n")
    return folder


def common_voice(folder: Path) -> Path:
    sound(folder / "clips" / "a.wav")
    (folder / "validated.tsv").write_text("client_id\tpath\tsentence\taccents\nc\ta.wav\tOne.\tx\n")
    return folder


SPECIMENS: dict[str, Callable[[Path], Path]] = {
    "manifest": manifest,
    "free_spoken_digits": free_spoken_digits,
    "common_voice": common_voice,
}
"""A small data set for each corpus that reads a path; one that does not needs none."""

FOUND = Path(__file__).parents[1] / "support" / "specimens"
SPECIMENS |= {f.stem: importlib.import_module(f"specimens.{f.stem}").make for f in FOUND.glob("[a-z]*.py")}


@pytest.fixture(params=NAMES)
def corpus(request: pytest.FixtureRequest, tmp_path: Path) -> Corpus:
    made = load("corpora", request.param)
    options = {"path": str(SPECIMENS[request.param](tmp_path))} if request.param in SPECIMENS else {}
    return made(**options)


def test_it_is_a_frozen_dataclass_that_survives_pickling(corpus: Corpus) -> None:
    assert type(corpus).__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert pickle.loads(pickle.dumps(corpus)) == corpus


def test_utterances_have_unique_ids_readable_audio_and_a_fixed_order(corpus: Corpus) -> None:
    utterances = list(corpus.utterances())
    assert utterances == list(corpus.utterances())
    assert len({u.id for u in utterances}) == len(utterances) > 0
    assert not any("/" in u.id for u in utterances)
    assert all(files.probe(u.audio).seconds > 0 for u in utterances)
    assert len({tuple(u.strata) for u in utterances}) == 1


def test_speech_is_spoken_by_speakers_of_one_accent(corpus: Corpus) -> None:
    pairs = {(u.speaker, u.accent) for u in corpus.utterances()}
    assert len(pairs) == len({speaker for speaker, _ in pairs})


def test_the_card_says_what_a_reader_must_know(corpus: Corpus) -> None:
    card = corpus.card()
    assert set(card) >= CARD
    assert all(isinstance(value, str) and value for value in card.values())
    assert not corpus.synthetic or "synthetic" in card["name"] + card["limits"]


def test_it_can_be_selected_from_and_imported(corpus: Corpus) -> None:
    chosen = select(corpus.utterances(), Selection(max_utterances_per_speaker=1))
    path = Path(os.path.commonpath([u.audio.parent for u in chosen])) / "imported.jsonl"
    write_manifest(chosen, path)
    again = Manifest(str(path)).utterances()
    path.unlink()
    keys = ("id", "text", "speaker", "accent", "start", "end", "strata")
    assert [[getattr(u, k) for k in keys] for u in again] == [[getattr(u, k) for k in keys] for u in chosen]


@pytest.mark.parametrize("name", sorted(SPECIMENS))
def test_a_path_where_nothing_is_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nowhere"):
        load("corpora", name)(path=str(tmp_path / "nowhere"))


FOLDERS = [name for name in NAMES if issubclass(load("corpora", name), FolderCorpus)]


@pytest.mark.parametrize("name", FOLDERS)
def test_what_macos_adds_to_archives_is_not_read(name: str, tmp_path: Path) -> None:
    folder = SPECIMENS[name](tmp_path)
    before = load("corpora", name)(path=str(folder)).utterances()
    for file in [f for f in folder.rglob("*") if f.is_file()]:
        beside, apart = file.with_name(f"._{file.name}"), folder / "__MACOSX" / file.relative_to(folder)
        for fork in (beside, apart.with_name(f"._{file.name}")):
            fork.parent.mkdir(parents=True, exist_ok=True)
            fork.write_bytes(b"\x00\x05\x16\x07\xff")
    assert load("corpora", name)(path=str(folder)).utterances() == before


@pytest.mark.parametrize("name", FOLDERS)
def test_a_damaged_file_is_left_out_or_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    folder = SPECIMENS[name](tmp_path)
    for file in [f for f in folder.rglob("*") if f.is_file() and f.suffix.lower() not in (".wav", ".flac", ".mp3")]:
        whole = file.read_bytes()
        for damaged in (
            b"",
            b"\xff\xfe\x00",
            b"\n\n",
            b"a\tb,c d\n1\n",
            whole[: len(whole) // 2],
            whole.replace(b" ", b""),
        ):
            file.write_bytes(damaged)
            with contextlib.suppress(CorpusError):
                load("corpora", name)(path=str(folder)).card()
        file.write_bytes(whole)
    assert load("corpora", name)(path=str(folder)).utterances()


@pytest.mark.parametrize("name", NAMES)
def test_its_config_gives_its_options_and_the_shared_ones(name: str) -> None:
    config = yaml.safe_load((data_folder("conf") / "corpus" / f"{name}.yaml").read_text())
    shared_first, own_last = config.pop("defaults")
    assert shared_first.partition("@")[0] == "_selection"
    assert own_last == "_self_"
    config = config.get("corpus", config)  # a corpus that also says what can be said is packaged globally
    made = load("corpora", name)
    options = {field.name for field in dataclasses.fields(made) if field.init}
    shared = {field.name for field in dataclasses.fields(Selection)}
    assert config.pop("_target_") == f"{made.__module__}.{made.__name__}"
    assert set(config) == options
    assert not options & shared


def test_the_shared_options_are_those_of_the_selection() -> None:
    config = yaml.safe_load((data_folder("conf") / "corpus" / "_selection.yaml").read_text())
    assert set(config) == {field.name for field in dataclasses.fields(Selection)}

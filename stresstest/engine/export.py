# SPDX-License-Identifier: Apache-2.0
"""The audio of a study as files, for a system that cannot be called from here: named by sound, not by speaker."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stresstest.audio import Waveform
from stresstest.conditions import Condition
from stresstest.corpora import Utterance
from stresstest.engine.babble import babble_pool, check_babble
from stresstest.engine.plan import Plan, make_plan
from stresstest.engine.render import SignalPath, UtterancePath
from stresstest.errors import AudioError, ConfigError, RunFolderError, allowed
from stresstest.places import read_object, whole, write_whole
from stresstest.study import SCORING_KEYS, Study

FORMATS = ("wav", "flac")
ID_CHARACTERS = 16
"""So many of the first characters of its SHA-256 name a sound."""
BINDING, PROGRESS, CELLS, MANIFEST = "export.json", "progress.jsonl", "cells.csv", "manifest.csv"
CELL_COLUMNS = ("id", "audio_sha256", "seconds", "utterance", "speaker", "accent", "condition", "rep", "problem")
MANIFEST_COLUMNS = ("id", "audio", "audio_sha256", "seconds")
Cell = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Exported:
    """What stands in the folder: cells, different sounds among them, their seconds, and cells without audio."""

    cells: int
    sounds: int
    seconds: float
    problems: int


def export(
    study: Study, folder: Path, rate_hz: int, file_format: str = "wav", told: Callable[[int, int], None] | None = None
) -> Exported:
    """Render every cell of a study into `folder`; the same call goes on where an interruption left off.

    Writes audio/<id>.<format> (16-bit mono at `rate_hz`); MANIFEST, a row a sound, which says nothing of speakers and
    conditions; and CELLS, a row a cell, which says all but the text. The study's recognizers take no part. told: is
    given utterances done and in all. Raises ConfigError, CorpusError, and RunFolderError where the folder holds
    something else.
    """
    if file_format not in FORMATS:
        raise ConfigError(f"--format: got {file_format!r}; {allowed(file_format, FORMATS)}.")
    plan = make_plan(study)
    check_babble(plan.study, plan.utterances)
    _bind(folder, {"study": _digest(plan), "rate_hz": rate_hz, "format": file_format})
    path = SignalPath(plan.study, lambda: babble_pool(plan.study))
    known, cells = _known(folder, file_format), list[Cell]()
    with (folder / PROGRESS).open("a", encoding="utf-8") as progress:
        for number, utterance in enumerate(plan.utterances, 1):
            if utterance.id not in known:
                known[utterance.id] = _cells(plan, path, utterance, folder / "audio", rate_hz, file_format)
                progress.write(json.dumps([utterance.id, known[utterance.id]]) + "\n")
                progress.flush()
            cells += known[utterance.id]
            if told is not None:
                told(number, len(plan.utterances))
    sounds = {cell["id"]: cell for cell in cells if cell["id"]}
    manifest = [{**sounds[name], "audio": f"audio/{name}.{file_format}"} for name in sorted(sounds)]
    _write_csv(folder / CELLS, CELL_COLUMNS, cells)
    _write_csv(folder / MANIFEST, MANIFEST_COLUMNS, manifest)
    seconds = sum(sound["seconds"] for sound in sounds.values())
    return Exported(len(cells), len(sounds), seconds, sum(bool(cell["problem"]) for cell in cells))


def _digest(plan: Plan) -> str:
    """What determines the audio: the study less its recognizers and its judgment, and the bytes of its speech."""
    said = {k: v for k, v in plan.study.to_mapping().items() if k not in (*SCORING_KEYS, "recognizers")}
    return hashlib.sha256(json.dumps([said, plan.corpus_digest], sort_keys=True).encode()).hexdigest()


def _bind(folder: Path, binding: Mapping[str, Any]) -> None:
    """Begin in an empty folder, or go on in one that holds the same export. Raises RunFolderError."""
    if (folder / BINDING).is_file():
        held = read_object(folder / BINDING)
        if held != binding:
            other = ", ".join(k for k in binding if held.get(k) != binding[k])
            raise RunFolderError(f"{folder} holds another export ({other} differ). Give another folder: --to DIR.")
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RunFolderError(f"{folder} holds something else. Nothing is overwritten: give another folder, --to DIR.")
    (folder / "audio").mkdir(parents=True)
    write_whole(folder / BINDING, json.dumps(binding, indent=1) + "\n")


def _known(folder: Path, file_format: str) -> dict[str, list[Cell]]:
    """Utterance → its cells, where all of their audio is there; the file is left without a half-written last line."""
    known: dict[str, list[Cell]] = {}
    if (folder / PROGRESS).is_file():
        for line in (folder / PROGRESS).read_text(encoding="utf-8").split("\n")[:-1]:
            name, cells = json.loads(line)
            if all(cell["problem"] or (folder / "audio" / f"{cell['id']}.{file_format}").is_file() for cell in cells):
                known[name] = cells
    write_whole(folder / PROGRESS, "".join(json.dumps([name, cells]) + "\n" for name, cells in known.items()))
    return known


def _cells(
    plan: Plan, path: SignalPath, utterance: Utterance, audio: Path, rate_hz: int, file_format: str
) -> list[Cell]:
    """Render and write the cells of an utterance."""
    cells: list[Cell] = []
    for rep in range(plan.study.reps):
        try:
            spoken: UtterancePath | str = path.of(utterance, rep)
        except AudioError as error:
            spoken = str(error)
        for condition in plan.study.grid:
            who = {"utterance": utterance.id, "speaker": utterance.speaker, "accent": utterance.accent}
            sound = _sound(spoken, condition, audio, rate_hz, file_format)
            cells.append({**sound, **who, "condition": condition.label, "rep": rep})
    return cells


def _sound(
    spoken: UtterancePath | str, condition: Condition, audio: Path, rate_hz: int, file_format: str
) -> dict[str, Any]:
    """Write what is heard, and name it; or say why nothing is."""
    try:
        if isinstance(spoken, str):
            raise AudioError(spoken)
        wave = spoken.render(condition, rate_hz).wave
    except AudioError as error:
        return {"id": "", "audio_sha256": "", "seconds": "", "problem": str(error)}
    digest = wave.pcm16_sha256()
    _write_audio(audio / f"{digest[:ID_CHARACTERS]}.{file_format}", wave)
    return {"id": digest[:ID_CHARACTERS], "audio_sha256": digest, "seconds": round(wave.seconds, 3), "problem": ""}


def _write_audio(path: Path, wave: Waveform) -> None:
    import soundfile

    if not path.exists():
        with whole(path) as part:
            soundfile.write(part, wave.pcm16(), wave.rate_hz, subtype="PCM_16", format=path.suffix[1:].upper())


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Cell]) -> None:
    with whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

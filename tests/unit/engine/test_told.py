# SPDX-License-Identifier: Apache-2.0
"""Who is told what is said: a recognizer that asks for it, and no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from odd_recognizers import Loudness
from small_studies import study_over, write_corpus

from stresstest.audio import Waveform
from stresstest.engine.plan import make_plan
from stresstest.engine.scoring import scored
from stresstest.engine.worker import Task, Worker
from stresstest.recognizers import Failure, Transcript
from stresstest.recognizers.known_truth import KnownTruth
from stresstest.study import Component, Study

LABELS = ("clean", "noise=speech_shaped/snr_db=0")
TRUTH = "stresstest.recognizers.known_truth.KnownTruth"


@dataclass
class Curious(Loudness):
    """A recognizer of speech that would like to be told: it has the method, and keeps what it is handed."""

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        assert all(type(wave) is Waveform for wave in speech)
        return super().transcribe(speech)

    def answer(self, cell: object) -> Transcript:
        return Transcript("told")


def rows_of(study: Study) -> list[dict[str, Any]]:
    worker = Worker(Task(study, next(iter(study.recognizers))))
    return [row for unit in make_plan(study).units for _, row in worker.rows(unit, 0, lambda _: None)]


def test_a_recognizer_of_speech_is_never_told(tmp_path: Path) -> None:
    study = study_over(write_corpus(tmp_path), labels=LABELS)
    worker = Worker(Task(study, "odd"))
    worker.recognizer = Curious()
    rows = [row for unit in make_plan(study).units for _, row in worker.rows(unit, 0, lambda _: None)]
    assert {row["status"] for row in rows} == {"ok"}
    assert all(row["hypothesis"] != "told" for row in rows)


def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, labels: Sequence[str], **options: Any) -> Study:
    monkeypatch.setenv("STRESSTEST_CACHE", str(tmp_path))
    corpus = {"accents": {"north": 12, "south": 12}, "utterances_per_speaker": 3, "words": 20}
    return study_over(
        tmp_path, TRUTH, labels, options, corpus=Component("stresstest.corpora.known_world.KnownWorld", corpus)
    )


def test_answers_go_by_the_cell_where_the_sound_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rows_of(world(tmp_path, monkeypatch, ("clean",)))
    assert len({row["audio_sha256"] for row in rows}) == 1
    assert len({row["hypothesis"] for row in rows}) > 3 * 3  # three texts
    again = world(tmp_path, monkeypatch, ("clean",))
    assert [r["hypothesis"] for r in rows_of(again)] == [r["hypothesis"] for r in rows]


def test_scored_rows_have_the_chosen_rates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {
        "law": {"speaker_cv": 0.1, "response_cv": 0.0},
        "groups": {"south": {"threshold_db": 8}},
    }
    made = KnownTruth(**options)
    rows = list(scored(rows_of(world(tmp_path, monkeypatch, LABELS, **options)), "basic"))
    for accent in ("north", "south"):
        for label in LABELS:
            some = [r for r in rows if r["accent"] == accent and r["condition"] == label]
            errors = np.array([r["substitutions"] + r["deletions"] + r["insertions"] for r in some])
            path = {} if label == "clean" else {"noise": "speech_shaped", "snr_db": 0.0}
            wer = errors.sum() / sum(r["words"] for r in some)
            assert wer == pytest.approx(made.truth(accent, path), abs=4 * errors.std() / 20 / np.sqrt(len(some)) + 0.01)

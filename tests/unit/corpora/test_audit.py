# SPDX-License-Identifier: Apache-2.0
"""Each fault that an audit knows is planted in good speech and found, alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from small_studies import speechlike

from stresstest.audio import Waveform, files
from stresstest.audio.files import resample
from stresstest.corpora import Utterance
from stresstest.corpora.audit import audit, checksums
from stresstest.corpora.manifest import Manifest, contents, write_manifest

TEXT = "give two tablets now"
Fault = Callable[[Utterance], Utterance]


@pytest.fixture
def good(tmp_path: Path) -> list[Utterance]:
    """Three utterances of two speakers in which nothing is wrong."""
    found = []
    for n, speaker in enumerate(("s1", "s1", "s2")):
        path = tmp_path / f"u{n}.wav"
        files.write(path, speechlike(1.5, 16000, n))
        found.append(Utterance(f"u{n}", path, f"{TEXT} {n}", speaker, f"accent of {speaker}"))
    return found


def written(u: Utterance, samples: np.ndarray, rate_hz: int = 16000) -> Utterance:
    soundfile.write(u.audio, samples, rate_hz)
    return u


def read(u: Utterance) -> np.ndarray:
    return soundfile.read(u.audio)[0]


def shortened(u: Utterance) -> Utterance:
    u.audio.write_bytes(u.audio.read_bytes()[:-8000])
    return u


def cut_flac(u: Utterance) -> Utterance:
    path = u.audio.with_suffix(".flac")
    soundfile.write(path, read(u), 16000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return replace(u, audio=path)


def upsampled(u: Utterance) -> Utterance:
    narrow = resample(Waveform(read(u).astype(np.float32), 16000), 8000)
    return written(u, np.clip(resample(narrow, 48000).samples, -1, 1), 48000)


def deleted(u: Utterance) -> Utterance:
    u.audio.unlink()
    return u


FAULTS: dict[str, tuple[Fault, str, bool]] = {
    "silent": (lambda u: written(u, np.zeros(24000)), "silence", True),
    "a click": (lambda u: written(u, np.eye(1, 24000, 12000)[0] * 0.5), "silence", True),
    "clipped": (lambda u: written(u, np.clip(20 * read(u), -0.8, 0.8)), "clipping", False),
    "a WAV cut off": (shortened, "truncated", True),
    "a FLAC cut off": (cut_flac, "damaged truncated", True),
    "a file gone": (deleted, "damaged", True),
    "8 kHz sold as 48 kHz": (upsampled, "rate", False),
    "a text far too long": (lambda u: replace(u, text=" ".join([TEXT] * 9)), "pace", False),
    "a text far too short": (lambda u: written(replace(u, text="a"), np.tile(read(u), 2)), "pace", False),
    "noise alone": (lambda u: replace(u, text="[noise] <unk>"), "no words", True),
    "punctuation alone": (lambda u: replace(u, text="… ?!"), "no words", True),
    "markup": (lambda u: replace(u, text=f"{TEXT} <laugh>"), "markup", False),
    "a wrong encoding": (lambda u: replace(u, text=f"{TEXT} caf\ufffd"), "encoding", True),
    "a segment beyond the end": (lambda u: replace(u, start=1.0, end=9.0), "damaged", True),
}  # fmt: skip


def test_good_speech_is_not_remarked(good: list[Utterance]) -> None:
    assert audit(good) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_and_nothing_else(name: str, good: list[Utterance]) -> None:
    fault, kind, refused = FAULTS[name]
    good[1] = fault(good[1])
    found = audit(good)
    assert [r.utterance for r in found] == ["u1"]
    assert found[0].kind in kind.split(" ") or found[0].kind == kind
    assert found[0].refused == refused
    assert found[0].sentence.startswith(f"{good[1].audio}, 'u1': ")


def test_all_faults_are_found_at_once_by_file_whatever_the_order(good: list[Utterance]) -> None:
    many = []
    for n, (fault, _, _) in enumerate(FAULTS.values()):
        path = good[0].audio.with_name(f"v{n}.wav")
        files.write(path, speechlike(1.5, 16000, 10 + n))
        many.append(fault(replace(good[0], id=f"v{n}", audio=path, text=f"{TEXT} {n}", speaker=f"v{n}")))
    found = audit([*good, *many])
    assert {r.utterance for r in found} == {u.id for u in many}
    assert [r.file for r in found] == sorted(r.file for r in found)
    assert audit([*many, *good]) == found


def test_one_recording_under_two_ids_one_text_twice_and_a_speaker_in_two_accents(good: list[Utterance]) -> None:
    copy = good[0].audio.with_name("copy.wav")
    shutil.copy(good[0].audio, copy)
    (found,) = audit([*good, replace(good[0], id="v", audio=copy, text="other words here", speaker="s9")])
    assert (found.kind, found.utterance, found.refused) == ("duplicate", "v", True)
    assert "'u0'" in found.message
    parts = [replace(good[0], end=0.7, text="one two three"), replace(good[0], id="v", start=0.7, text="four five six")]
    assert audit([*good[1:], *parts]) == []
    (found,) = audit([good[0], replace(good[1], text=good[0].text.upper()), good[2]])
    assert (found.kind, found.refused) == ("repeated text", False)
    (found,) = audit([good[0], replace(good[1], accent="y"), good[2]])
    assert (found.kind, found.refused) == ("two accents", False)
    assert {r.kind for r in audit([*good, replace(good[2], id="u1", text="five six seven")])} >= {"duplicate"}


def test_a_file_that_is_not_the_imported_one_is_found(good: list[Utterance]) -> None:
    path = good[0].audio.with_name("m.csv")
    write_manifest(good, path, checksums(u.audio for u in good))
    held = contents(path)
    assert held.findings == []
    assert [dict(u.strata) for u in Manifest(str(path)).utterances()] == [{}, {}, {}]
    assert audit(held.utterances, held.checksums) == []
    written(good[2], read(good[2])[::-1])
    (found,) = audit(held.utterances, held.checksums)
    assert (found.kind, found.utterance, found.refused) == ("changed", "u2", True)
    path.write_text(path.read_text(encoding="utf-8").replace(checksums([good[0].audio])[good[0].audio], "ABC"))
    (finding,) = contents(path).findings
    assert (finding.line, finding.column, finding.value) == (2, "sha256", "ABC")

# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a recording: cut off, silent, clipped, or of a narrower band than its rate says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stresstest.audio import files
from stresstest.audio.quality import Quality, measure, trace
from stresstest.audio.waveform import Waveform
from stresstest.corpora.audit.remark import Remark
from stresstest.corpora.base import Utterance
from stresstest.errors import AudioError

MOST_CLIPPED = 0.001
"""The share of samples on flat tops from which on clipping is remarked; as where groups are compared."""

NARROW = 0.6
"""A band that ends below this share of half the rate, where a lower rate or a telephone does, is not the header's."""

LETTERS_A_SECOND = (0.7, 40.0)
"""Nobody reads slower or faster, pauses included: a text of another recording, or a rate that is not the header's."""

STREAMED = (0, 0x7FFFFFFF, 0xFFFFFFFF)
"""Lengths that programs write which do not know them yet."""

PROBED_S = 60.0
"""So much of an utterance is measured."""


def sound_remarks(utterance: Utterance) -> Iterator[Remark]:
    """Remarks on the samples of one utterance, which are read."""
    name = str(utterance.audio)
    try:
        cut = missing_bytes(utterance.audio)
        wave = files.read(utterance.audio, utterance.start, utterance.end)
    except (AudioError, OSError) as error:
        yield Remark(name, utterance.id, "damaged", str(error))
        return
    if cut:
        yield Remark(
            name, utterance.id, "truncated", f"{cut} bytes that the header announces are missing. Copy it again."
        )
    elif utterance.end is None and (lost := _lost_seconds(utterance, wave)) > 0.1:
        yield Remark(name, utterance.id, "truncated", f"{lost:.2f} s that the header announces cannot be decoded.")
    try:
        seen = measure(_beginning(wave))
    except AudioError as error:
        yield Remark(name, utterance.id, "silence", str(error))
        return
    yield from _notes(utterance, wave, seen)


def missing_bytes(path: Path) -> int:
    """Bytes by which a RIFF file is shorter than its data chunk says; 0 for other files and for streamed ones."""
    with path.open("rb") as file:
        if file.read(4) != b"RIFF" or file.read(8)[4:] != b"WAVE":
            return 0
        while len(head := file.read(8)) == 8:
            size = int.from_bytes(head[4:], "little")
            if head[:4] == b"data":
                return 0 if size in STREAMED else max(0, file.tell() + size - path.stat().st_size)
            file.seek(size + size % 2, 1)
    return 0


def _lost_seconds(utterance: Utterance, wave: Waveform) -> float:
    """How much shorter the samples are than the header says; lengths of MP3 are estimates, and may be a frame off."""
    return files.probe(utterance.audio).seconds - (utterance.start or 0.0) - wave.seconds


def _beginning(wave: Waveform) -> Waveform:
    most = round(PROBED_S * wave.rate_hz)
    return wave if wave.samples.size <= most else Waveform(wave.samples[:most], wave.rate_hz)


def _notes(utterance: Utterance, wave: Waveform, seen: Quality) -> Iterator[Remark]:
    name = str(utterance.audio)
    if seen.clipped > MOST_CLIPPED:
        says = f"{100 * seen.clipped:.2g} % of the samples are on flat tops."
        yield Remark(name, utterance.id, "clipping", says, refused=False)
    why = trace(seen.cut_hz)
    if why and seen.cut_hz < NARROW * wave.rate_hz / 2:
        says = f"the header says {wave.rate_hz} Hz, but the band ends at {seen.cut_hz:.0f} Hz, where {why} ends."
        yield Remark(name, utterance.id, "rate", says, refused=False)
    pace = sum(c.isalnum() for c in utterance.text) / wave.seconds
    if pace and not LETTERS_A_SECOND[0] <= pace <= LETTERS_A_SECOND[1]:
        says = (
            f"{pace:.1f} letters a second: is the text that of another recording, or the sample rate "
            f"({wave.rate_hz} Hz) not the header's?"
        )
        yield Remark(name, utterance.id, "pace", says, refused=False)

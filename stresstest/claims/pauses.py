# SPDX-License-Identifier: Apache-2.0
"""Measures pauses, lapses and breaths on words of noise whose places are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.levels import active_speech_level
from stresstest.claims._speakers import reaction_along, spread_claims
from stresstest.claims.base import Claim, Instrument
from stresstest.seeds import rng_for

Float64s = NDArray[np.float64]

RATE_HZ = 8000
WORD_S, WORD_DB, TONE_DB = 0.4, -20.0, -70.0
"""A word, its RMS level, and that of the room tone between words, in dBov."""
GAPS_OF_LEAST = (1.3, 2.0, 3.0)
SHORT_OF_LEAST = 0.7
"""Lengths of the pauses in turn, and of what is too short to be one, in shortest pauses."""
WORDS, WORDS_OF_LAPSES = 200, 800
TIME_S, FRAMES_S = 0.006, 0.02
"""How well an edge is found, and by how much a pause seen in frames of 10 ms is shorter than it is."""
WINDOW_S = 0.004
BREATH_EDGE_S = 0.05
LEVEL_DB = 0.5


class Pauses(Instrument):
    """Minutes of words and pauses; where words and breaths begin and end is read from the envelope."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        still = replace(kind, lapses_per_minute=0.0, breath_every_s=None, spread=False)
        yield from _pauses(still)
        yield from _lapses(replace(still, pause_factor=1.0, lapses_per_minute=kind.lapses_per_minute))
        yield from _breaths(replace(still, pause_factor=1.0, breath_every_s=kind.breath_every_s))
        yield from _spread(kind)


def _speech(gaps_s: Float64s) -> Waveform:
    """Words of noise with a pause after each, in room tone."""
    rng = rng_for(0, "claims", "words")
    count = round(RATE_HZ * (WORD_S * gaps_s.size + float(gaps_s.sum())))
    samples = 10 ** (TONE_DB / 20) * rng.standard_normal(count)
    at = 0.0
    for gap in gaps_s:
        first, last = round(at * RATE_HZ), round((at + WORD_S) * RATE_HZ)
        samples[first:last] = 10 ** (WORD_DB / 20) * rng.standard_normal(last - first)
        at += WORD_S + gap
    return Waveform(samples.astype(np.float32), RATE_HZ)


def _loud(samples: Float64s, dbov: float) -> tuple[Float64s, Float64s]:
    """When the level rises over and falls under a threshold, in s."""
    window = np.ones(round(WINDOW_S * RATE_HZ)) / round(WINDOW_S * RATE_HZ)
    above = np.convolve(np.square(samples), window, "same") > 10 ** (dbov / 10)
    turns = np.flatnonzero(np.diff(np.concatenate(([False], above, [False])).astype(int)))
    starts, ends = turns[::2] / RATE_HZ, turns[1::2] / RATE_HZ
    joined = starts[1:] - ends[:-1] > 0.03  # a dip inside a word is no end
    return starts[np.append(True, joined)], ends[np.append(joined, True)]


def _through(kind: Any, gaps_s: Float64s) -> Float64s:
    return np.asarray(kind.apply(_speech(gaps_s), rng_for(0, "claims", "pauses")).samples, np.float64)


def _gaps_after(samples: Float64s) -> Float64s:
    """Lengths of the pauses between words; the window sees a word half of itself too early and too late."""
    starts, ends = _loud(samples, WORD_DB - 15)
    return starts[1:] - ends[:-1] + WINDOW_S


def _between_words(samples: Float64s) -> Float64s:
    """All pauses in a row, without their edges."""
    starts, ends = _loud(samples, WORD_DB - 15)
    spans = zip(ends[:-1] + FRAMES_S, starts[1:] - FRAMES_S, strict=True)
    return np.concatenate([samples[round(a * RATE_HZ) : round(b * RATE_HZ)] for a, b in spans])


def _pauses(kind: Any) -> Iterator[Claim]:
    least = kind.least_pause_ms / 1000
    gaps = least * np.resize([*GAPS_OF_LEAST, SHORT_OF_LEAST], 24)
    after = _through(kind, gaps)
    found = _gaps_after(after)
    long = gaps[:-1] >= least
    for length in np.unique(gaps[:-1][long]):
        here = found[gaps[:-1] == length]
        what = f"length of pauses of {length * 1000:.0f} ms, the one farthest off"
        tolerance = TIME_S + FRAMES_S * abs(1 - kind.pause_factor)
        worst = here[np.argmax(np.abs(here - kind.pause_factor * length))]
        yield Claim(("pause_factor",), what, kind.pause_factor * length, float(worst), tolerance, "s")
    short = float(found[~long].mean())
    yield Claim(("least_pause_ms",), "mean length of what is no pause", least * SHORT_OF_LEAST, short, TIME_S, "s")
    level = float(20 * np.log10(_between_words(after).std()))
    yield Claim(("pause_factor",), "level of the room tone in pauses", TONE_DB, level, LEVEL_DB, "dBov")


def _lapses(kind: Any) -> Iterator[Claim]:
    """The number of lapses is a Poisson's: three of its standard deviations are allowed."""
    words = WORDS_OF_LAPSES if kind.lapses_per_minute else WORDS
    before = np.full(words, 1.5 * kind.least_pause_ms / 1000)
    extra = _gaps_after(_through(kind, before)) - before[:-1]
    lapses, minutes = extra[extra > 0.05], _speech(before).seconds / 60
    claimed = kind.lapses_per_minute
    tolerance = 3 * float(np.sqrt(claimed / minutes))
    yield Claim(("lapses_per_minute",), "lapses a minute", claimed, lapses.size / minutes, tolerance, "1/min")
    if lapses.size:
        yield from _span("lapse_s", "lapse", kind.lapse_s, lapses, "s", FRAMES_S)


def _breaths(kind: Any) -> Iterator[Claim]:
    before = np.full(WORDS, 2 * kind.least_pause_ms / 1000)
    samples, speech_db = _through(kind, before), active_speech_level(_speech(before)).dbov
    starts, ends = _loud(samples, speech_db + kind.breath_db - 6)
    words, _ = _loud(samples, WORD_DB - 12)
    is_breath = np.abs(starts[:, None] - words[None, :]).min(axis=1) > 0.03
    starts, ends = starts[is_breath], ends[is_breath]
    if kind.breath_every_s is None:
        yield Claim(("breath_every_s", "breath_ms", "breath_db"), "number of breaths", 0.0, float(starts.size), 0.0)
        return
    mean, every = sum(kind.breath_every_s) / 2, float(np.diff(starts).mean())
    yield Claim(("breath_every_s",), "mean time from breath to breath", mean, every, 0.1 * mean, "s")
    yield from _span("breath_ms", "breath", kind.breath_ms, 1000 * (ends - starts), "ms", 20.0)
    inner = zip(starts + BREATH_EDGE_S, ends - BREATH_EDGE_S, strict=True)
    core = np.concatenate([samples[round(a * RATE_HZ) : round(b * RATE_HZ)] for a, b in inner])
    level = float(20 * np.log10(core.std()) - speech_db)
    yield Claim(("breath_db",), "level of a breath against active speech", kind.breath_db, level, LEVEL_DB, "dB")


def _span(
    key: str, name: str, span: tuple[float, float], found: Float64s, unit: str, tolerance: float
) -> Iterator[Claim]:
    """Lengths drawn evenly between two: their mean within three standard errors, and none outside."""
    error = 3 * (span[1] - span[0]) / np.sqrt(12 * found.size)
    yield Claim((key,), f"mean length of a {name}", sum(span) / 2, float(found.mean()), float(error) + tolerance, unit)
    outside = float(np.maximum(span[0] - found, found - span[1]).max())
    yield Claim((key,), f"by how much a {name} is outside its span", 0.0, max(outside, 0.0), tolerance, unit)


def _spread(kind: Any) -> Iterator[Claim]:
    if reaction := reaction_along(kind, (), ("pause_factor",)):
        yield from spread_claims(kind, reaction)
    elif kind.lapses_per_minute:
        yield from spread_claims(kind, lambda shown: shown.lapses_per_minute / kind.lapses_per_minute, False)
    elif every := kind.breath_every_s:
        often = lambda shown: every[0] / shown.breath_every_s[0] if shown.breath_every_s else 0.0  # noqa: E731
        yield from spread_claims(kind, often, False)

# SPDX-License-Identifier: Apache-2.0
"""Measures a transform of audiomentations: against the library itself, and by what some parameters do to a sine."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.levels import rms_dbov
from stresstest.claims.base import Claim, Instrument
from stresstest.perturbations._audiomentations import FILES
from stresstest.seeds import rng_for

RATE_HZ, SECONDS = 16000, 4
TONE_HZ, AMPLITUDE = 250.25, 0.25
"""1001 periods in the signal, so that no two samples have one phase and percentiles are those of a sine."""
Floats = NDArray[np.float64]
Measure = Callable[[Any, float], Iterator[Claim]]


class Audiomentations(Instrument):
    """The library called past this project's adapter, one instrument each for some transforms, length and level."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        speech = _syllables()
        changed = kind.apply(speech, rng_for(0, "claims", "audiomentations"))
        yield _as_the_library(kind, speech, changed)
        for name, value in kind.parameters:
            if (kind.transform, name) in MEASURES:
                yield from MEASURES[kind.transform, name](kind, value)
        longer = 0.0 if kind.changes_length else float(changed.samples.size - speech.samples.size)
        yield Claim(("changes_length",), "change of length that is not announced", 0.0, longer, 0.0, "samples")
        if kind.keep_level:
            gain = rms_dbov(changed.samples) - rms_dbov(speech.samples)
            yield Claim(("keep_level",), "change of RMS", 0.0, gain, 0.1, "dB")


def _as_the_library(kind: Any, wave: Waveform, changed: Waveform) -> Claim:
    """How far the adapter's result is from the library's own, of the same seeds and fixed parameters."""
    import audiomentations

    seeds = rng_for(0, "claims", "audiomentations").integers(2**32, size=2)
    made = getattr(audiomentations, kind.transform)
    signature = inspect.signature(made).parameters
    ends = {f"{end}_{n}": v for n, v in kind.parameters if n not in signature for end in ("min", "max")}
    plain = {n: v for n, v in kind.parameters if n in signature}
    files = {FILES[kind.transform]: str(kind.file)} if kind.file else {}
    before = random.getstate(), np.random.get_state()
    random.seed(int(seeds[0]))
    np.random.seed(int(seeds[1]))
    theirs = made(**plain, **ends, **files, p=1.0)(wave.samples.copy(), wave.rate_hz)
    random.setstate(before[0])
    np.random.set_state(before[1])
    if kind.keep_level:
        theirs = theirs * 10 ** ((rms_dbov(wave.samples) - rms_dbov(theirs)) / 20)
    part = np.abs(theirs - changed.samples).max() / np.abs(theirs).max() if theirs.shape == changed.samples.shape else 1
    what = f"largest difference from {kind.transform} called directly, of its peak"
    return Claim(("transform", "parameters", "file"), what, 0.0, 100 * float(part), 0.01, "%")


def _tanh_harmonics(kind: Any, distortion: float) -> Iterator[Claim]:
    """The third and fifth harmonic of a sine, from a Fourier sum over what tanh at the stated drive would give.

    The library drives tanh with 0.5 at the percentile 100 - 99 · distortion of the samples' magnitude; that of a sine
    is sin(π/2 · (1 - 0.99 · distortion)) of its peak.
    """
    drive = 0.5 / np.sin(np.pi / 2 * (1 - 0.99 * distortion))
    angle = 2 * np.pi * (np.arange(4096) + 0.5) / 4096
    expected = [float(np.mean(np.tanh(drive * np.sin(angle)) * np.sin(k * angle))) for k in (1, 3, 5)]
    found = _harmonics(kind, (1, 3, 5))
    for place, k in ((1, 3), (2, 5)):
        claimed, measured = (20 * np.log10(abs(a[place] / a[0])) for a in (expected, found))
        yield Claim(("parameters",), f"harmonic {k} of a sine", float(claimed), float(measured), 0.2, "dB")
    kept = rms_dbov(_after(kind, _tone())) - rms_dbov(_tone().samples)
    yield Claim(("parameters",), "change of RMS at constant loudness", 0.0, kept, 0.1, "dB")


def _harmonics(kind: Any, numbers: tuple[int, ...]) -> list[float]:
    """Magnitudes of harmonics of the test tone after the transform, over whole periods."""
    spectrum = np.abs(np.fft.rfft(_after(kind, _tone())))
    return [float(spectrum[round(k * TONE_HZ * SECONDS)]) for k in numbers]


def _quantizer_step(kind: Any, bit_depth: float) -> Iterator[Claim]:
    """The smallest distance between two values of the output: full scale, 2, over 2^bits + 2 steps."""
    values = np.unique(_after(kind, _tone(1.0)))
    step = float(np.diff(values).min())
    yield Claim(("parameters",), "step of the quantizer, re full scale", 2 / (2**bit_depth + 2), step, 1e-6)


def _silenced(kind: Any, part: float) -> Iterator[Claim]:
    """How long the gap is, counted between the last sample at half gain before it and the first one after it."""
    ones = Waveform(np.ones(SECONDS * RATE_HZ, np.float32), RATE_HZ)
    after = kind.apply(ones, rng_for(0, "claims", "gap")).samples
    fade_s = dict(kind.parameters).get("fade_duration", 0.005)
    gap = np.count_nonzero(after < 0.5) / RATE_HZ + fade_s
    yield Claim(("parameters",), "length of the gap with its edges", part * SECONDS, float(gap), 0.002, "s")
    location = dict(kind.parameters).get("mask_location", "random")
    if location != "random":
        place = np.flatnonzero(after < 0.5)[0 if location == "start" else -1] / RATE_HZ
        edge = fade_s / 2 if location == "start" else SECONDS - fade_s / 2
        yield Claim(("parameters",), f"where the gap begins at the {location}", edge, float(place), 0.002, "s")


def _gain(kind: Any, gain_db: float) -> Iterator[Claim]:
    gain = rms_dbov(_after(kind, _tone())) - rms_dbov(_tone().samples)
    yield Claim(("parameters",), "gain of a sine", gain_db, gain, 0.1, "dB")


MEASURES: Mapping[tuple[str, str], Measure] = {
    ("TanhDistortion", "distortion"): _tanh_harmonics,
    ("BitCrush", "bit_depth"): _quantizer_step,
    ("TimeMask", "band_part"): _silenced,
    ("Gain", "gain_db"): _gain,
}
"""Instruments for what single parameters do, by transform and parameter."""


def _after(kind: Any, wave: Waveform) -> Floats:
    return kind.apply(wave, rng_for(0, "claims", "tone")).samples.astype(np.float64)  # type: ignore[no-any-return]


def _tone(amplitude: float = AMPLITUDE) -> Waveform:
    time = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    return Waveform((amplitude * np.sin(2 * np.pi * TONE_HZ * time)).astype(np.float32), RATE_HZ)


def _syllables() -> Waveform:
    """Modulated noise in the place of speech."""
    noise = rng_for(0, "claims", "syllables").standard_normal(RATE_HZ)
    swell = np.clip(np.sin(2 * np.pi * 4 * np.arange(RATE_HZ) / RATE_HZ), 0, None)
    return Waveform((0.1 * swell * noise).astype(np.float32), RATE_HZ)

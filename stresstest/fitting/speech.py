# SPDX-License-Identifier: Apache-2.0
"""Where somebody speaks, so that those parts are left out of every estimate.

A voice stands out of the steady background, has harmonics, and its pitch moves, by tenths of an octave a second, where
a machine keeps its frequency or returns to it. Tones and alarms have harmonics but keep their pitch; bursts of noise
have none.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from stresstest.audio import Waveform
from stresstest.audio.files import resample

HOP_S = 0.01
"""Step of every mask and envelope of this package."""

RATE_HZ = 8000
WINDOW_S = 0.064
LOWEST_HZ, HIGHEST_HZ = 70.0, 450.0
"""The range of a voice's pitch, from a deep one to an excited one."""
BAND_HZ = (90.0, 3400.0)
HARMONIC = 0.22
"""Least height of the autocorrelation at the pitch, as a part of the power that stands out of the background."""
ABOVE_DB = 3.0
"""Least level of a voiced frame over the background."""
STEP = 0.08
"""Largest relative change of the pitch between two steps of one voiced stretch."""
SHORTEST_S = 0.05
MOVED = 0.012
"""Least change of the pitch, relative, within a stretch; a tone of steady pitch measures under 0.004."""
NEAR = 0.01
OFTEN, OFTEN_S = 0.15, 0.5
"""A pitch, within NEAR, of so great a part of all voiced time and of at least so long is a machine's."""
AROUND_S = 0.35
"""Consonants, breath and reverberation around a voiced stretch."""
PAUSE_S = 0.6
"""Shorter pauses between two stretches belong to the speech."""
COURSE_STEPS = 301
BLOCK = 4000


def speech_frames(wave: Waveform) -> NDArray[np.bool_]:
    """For each step of HOP_S whether somebody speaks then, shape (steps,)."""
    steps = int(np.ceil(wave.seconds / HOP_S - 1e-9))
    pitch, strength = _pitch(resample(wave, RATE_HZ) if wave.rate_hz != RATE_HZ else wave)
    voiced, machine = np.zeros(steps, bool), _returning(pitch, strength)
    for first, last in stretches(strength):
        for low, high in _continuous(pitch, first, last):
            long = (high - low) * HOP_S >= SHORTEST_S
            if long and machine[low:high].mean() < 0.5 and _moves(pitch[low:high]):
                voiced[low:high] = True
    return _widened(voiced)


def stretches(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one past the last index of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _pitch(wave: Waveform) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Pitch in Hz at every step, and whether the frame is voiced."""
    size, hop = round(WINDOW_S * RATE_HZ), round(HOP_S * RATE_HZ)
    window = np.hanning(size + 1)[:-1]
    padded = np.pad(wave.samples.astype(np.float64), (size // 2, size))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[: wave.samples.size : hop]
    bins = np.fft.rfftfreq(size, 1 / RATE_HZ)
    heard = (bins >= BAND_HZ[0]) & (bins <= BAND_HZ[1])
    power = np.concatenate(
        [np.square(np.abs(fft.rfft(frames[a : a + BLOCK] * window))).astype(np.float32)[:, heard]
         for a in range(0, len(frames), BLOCK)]
    )  # fmt: skip
    background = np.median(power[:: max(1, len(power) // 3000)], axis=0) / np.log(2)
    course = _course(power, background)
    pitch, voiced = np.empty(len(power)), np.empty(len(power), bool)
    for a in range(0, len(power), BLOCK):
        part = slice(a, a + BLOCK)
        pitch[part], voiced[part] = _periodicity(
            (power[part] / course[part, None]).astype(np.float32), background, heard, window
        )
    return pitch, voiced


def _course(power: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much louder than usual the background is at each step, as a power ratio of at least 1.

    A low percentile over two seconds, which the pauses of speech decide, of what half of the bins exceed.
    """
    from scipy.ndimage import percentile_filter

    now = np.median(power / np.maximum(background, 1e-30), axis=1)
    low = percentile_filter(now, 15, size=COURSE_STEPS, mode="nearest")
    return np.asarray(np.maximum(low / np.median(low), 1.0), np.float64)


def _periodicity(
    power: NDArray[np.float32], background: NDArray[np.float32], heard: NDArray[np.bool_], window: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Pitch and voicing of frames from the autocorrelation of what exceeds three times the background."""
    excess = np.where(power > 3 * background, power - background, 0.0)
    full = np.zeros((len(power), heard.size))
    full[:, heard] = np.sqrt(excess)  # the square root keeps one strong partial from being the whole story
    shape = fft.irfft(np.square(np.abs(fft.rfft(window, 2 * window.size))))[: window.size]
    shape /= shape[0]
    correlation = fft.irfft(full, axis=1)[:, : window.size // 2]
    total = correlation[:, :1] + 0.2 * np.sqrt(background).sum() / heard.size
    lags = np.arange(int(RATE_HZ / HIGHEST_HZ), int(RATE_HZ / LOWEST_HZ) + 2)
    at = correlation[:, lags] / np.maximum(total, 1e-30) / np.sqrt(shape[lags])
    best = np.argmax(at - 0.0006 * lags, axis=1)
    inner = np.clip(best, 1, lags.size - 2)
    rows = np.arange(len(at))
    left, middle, right = at[rows, inner - 1], at[rows, inner], at[rows, inner + 1]
    curve = left - 2 * middle + right
    shift = np.where(curve < 0, 0.5 * (left - right) / np.minimum(curve, -1e-12), 0.0)
    pitch = RATE_HZ / (lags[inner] + np.clip(shift, -0.5, 0.5))
    above = excess.sum(axis=1) > (10 ** (ABOVE_DB / 10) - 1) * background.sum()
    peak = (best > 0) & (best < lags.size - 1) & (curve < 0)
    return pitch, (middle > HARMONIC) & above & peak


def _continuous(pitch: NDArray[np.float64], first: int, last: int) -> list[tuple[int, int]]:
    """The parts of a voiced stretch in which the pitch does not jump."""
    cuts = first + 1 + np.flatnonzero(np.abs(np.diff(np.log(pitch[first:last]))) > STEP)
    bounds = [first, *(int(c) for c in cuts), last]
    return list(itertools.pairwise(bounds))


def _returning(pitch: NDArray[np.float64], voiced: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the pitch is one to which the recording returns again and again, exactly: a machine's."""
    bins = np.round(np.log(pitch) / NEAR).astype(int)
    count = np.bincount(bins[voiced], minlength=int(bins.max()) + 3)
    around = np.convolve(count, np.ones(3), "same")
    often = around > max(OFTEN_S / HOP_S, OFTEN * voiced.sum())
    return np.asarray(np.convolve(often, np.ones(3), "same")[bins] > 0)


def _moves(pitch: NDArray[np.float64]) -> bool:
    """Whether the pitch glides as a voice's does: by MOVED, the way being a glide rather than jitter."""
    logs = np.log(pitch)
    smooth = np.convolve(logs, np.ones(3) / 3, "valid") if logs.size >= 5 else logs
    span = float(smooth.max() - smooth.min())
    return span > MOVED and float(np.abs(np.diff(smooth)).sum()) < 4 * span


def _widened(voiced: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The stretches with what is around and between them; a single short one is no speech."""
    around, pause = round(AROUND_S / HOP_S), round(PAUSE_S / HOP_S)
    speech = np.zeros_like(voiced)
    runs = stretches(voiced)
    for number, (first, last) in enumerate(runs):
        near = any(
            other != number and runs[other][0] - last < 100 and first - runs[other][1] < 100
            for other in (number - 1, number + 1) if 0 <= other < len(runs)
        )  # fmt: skip
        if near or (last - first) * HOP_S >= 0.12:
            speech[max(0, first - around) : last + around] = True
    for (_, end), (begin, _) in zip(stretches(speech)[:-1], stretches(speech)[1:], strict=True):
        if begin - end < pause:
            speech[end:begin] = True
    return speech

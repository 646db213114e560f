# SPDX-License-Identifier: Apache-2.0
"""What a recording is like before anything is done to it: level, SNR, band, cut-off of a codec, clipping.

Estimates from the signal alone, each with its method at its function and known signals as its proof. Reverberation is
not estimated: blind estimates from running speech are off by more than rooms of interest differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from stresstest.audio.levels import HANGOVER_S, MARGIN_DB, active_speech_level
from stresstest.audio.waveform import Waveform
from stresstest.errors import AudioError

Float64s = NDArray[np.float64]

FRAME_S = 0.02
"""Length of the frames whose power tells pauses from speech."""

PAUSE_SHARE, PAUSE_RANGE_DB = 0.05, 5.0
"""The quietest frames by which pauses are found, and how far above them a frame still is a pause."""

QUANTIZATION_DBOV = -101.1
"""The noise of 16-bit samples, 2^-15 / √12: no floor is taken to be lower."""

BAND_DB = -60.0
"""A band ends where its density falls so far below the mean density of 300 to 3000 Hz."""

CLIFF_DB, CLIFF_HZ = 15.0, 400.0
"""A fall by so much within so many Hz is no voice and no room, but the edge of a filter, a codec or a low rate."""

WHOLE_BAND = 0.92
"""An edge above this share of half the rate is the recorder's own."""

CLIPPED_PEAK, CLIPPED_RUN = 0.1, 3
"""Equal samples in a row at an extreme of at least this height are a flat top."""

CUTS_HZ = {
    (3200, 4500): "a telephone or an 8 kHz recording",
    (6300, 8700): "wideband telephony or a 16 kHz recording",
    (9800, 12200): "a 22 kHz recording or a low-rate MP3",
    (14800, 17300): "MP3 or a 32 kHz recording",
    (17800, 20900): "MP3 or AAC at a high rate",
}
"""Between which frequencies codecs and low rates end a band, as the estimate finds them, and what ends it there."""


@dataclass(frozen=True, slots=True)
class Quality:
    """A recording as it is.

    level_dbov: active speech level. snr_db: speech over the noise in pauses. bandwidth_hz: upper edge of what was
    recorded, noise included. cut_hz: an abrupt edge below half the rate, NaN without one. clipped: share of samples
    on flat tops, 0 to 1.
    """

    level_dbov: float
    snr_db: float
    bandwidth_hz: float
    cut_hz: float
    clipped: float


def measure(wave: Waveform) -> Quality:
    """Everything about one recording at its own rate; raises AudioError where there is no active speech in it."""
    centered = wave.centered()
    level = active_speech_level(centered).dbov
    edge, cut = band_edge(centered)
    return Quality(level, snr_db(centered, level), edge, cut, clipped_share(wave))


def snr_db(wave: Waveform, level_dbov: float) -> float:
    """The mean power of speech while it is active, over that of the noise in pauses, in dB; `level_dbov` is of both.

    A pause is a frame of 20 ms within 5 dB of the quietest twentieth; what moves slower than a frame is no noise, and
    digital silence counts as quantization noise. Active are frames no more than 15.9 dB under the active level, as in
    ITU-T P.56, and twice the noise, with its hangover of 0.2 s: where noise fills the pauses P.56 alone takes them for
    speech. Where a recording has no pause its quietest speech is taken for noise: the value is then a lower bound.
    """
    powers = _frame_powers(wave)
    quiet = powers <= np.quantile(powers, PAUSE_SHARE) * 10 ** (PAUSE_RANGE_DB / 10)
    noise = float(np.median(powers[quiet]))
    loud = powers > max(2 * noise, 10 ** ((level_dbov - MARGIN_DB) / 10))
    hangover = round(HANGOVER_S / FRAME_S)
    active = np.lib.stride_tricks.sliding_window_view(np.pad(loud, (hangover, 0)), hangover + 1).any(axis=1)
    speech = float(powers[active].mean()) - noise if active.any() else 0.0
    return 10 * math.log10(max(speech / noise, 1e-2))


def _frame_powers(wave: Waveform) -> Float64s:
    """Variance of each frame, (frames,), not below the noise of 16 bits; raises AudioError for less than one frame."""
    size = max(1, round(FRAME_S * wave.rate_hz))
    if wave.samples.size < size:
        raise AudioError(f"The quality of a recording needs at least {FRAME_S} s; got {wave.seconds:.3f} s.")
    powers = wave.samples[: wave.samples.size // size * size].reshape(-1, size).var(axis=1, dtype=np.float64)
    return np.asarray(np.maximum(powers, 10 ** (QUANTIZATION_DBOV / 10)))


def band_edge(wave: Waveform) -> tuple[float, float]:
    """Upper edge of the band in Hz, and the same where the band ends in a cliff below half the rate, else NaN.

    The edge is the highest frequency whose density, averaged over the file and over 200 Hz, is above BAND_DB; or the
    middle of the steepest fall of CLIFF_DB within CLIFF_HZ after which nothing comes up again, where noise of the
    recording covers what the filter has cut.
    """
    frequencies, density = _density(wave)
    step = frequencies[1]
    reference = density[(frequencies >= 300) & (frequencies <= 3000)].mean()
    heard = np.flatnonzero(density > reference * 10 ** (BAND_DB / 10))
    edge = float(frequencies[heard[-1]]) if heard.size else 0.0
    cliff = _cliff(10 * np.log10(np.maximum(density, reference * 1e-9)), max(1, round(CLIFF_HZ / step)))
    if cliff is not None:
        edge = min(edge, float(frequencies[cliff]))
    cut = edge if edge < WHOLE_BAND * wave.rate_hz / 2 else math.nan
    return min(edge, wave.rate_hz / 2), cut


def clipped_share(wave: Waveform) -> float:
    """The share of samples at an extreme, highest or lowest, where three in a row are equal: the flat tops of clipping.

    Lossy codecs round flat tops off, so that speech that was clipped before an MP3 was made is not found.
    """
    share = 0.0
    for samples in (wave.samples, -wave.samples):
        top = samples.max()
        at = samples == top
        runs = at[: -(CLIPPED_RUN - 1)] & at[1:-1] & at[2:] if at.size >= CLIPPED_RUN else at[:0]
        if top >= CLIPPED_PEAK and runs.any():
            share += float(at.mean())
    return share


def trace(cut_hz: float) -> str | None:
    """What ends a band at such a frequency; None where nothing that is known does."""
    return next((says for (low, high), says in CUTS_HZ.items() if low <= cut_hz <= high), None)


def _density(wave: Waveform) -> tuple[Float64s, Float64s]:
    """Frequencies and mean power density over Hann windows of 32 ms, smoothed over 200 Hz."""
    size = min(fft.next_fast_len(round(0.032 * wave.rate_hz), real=True), wave.samples.size)
    starts = max(1, (wave.samples.size - size) // (size // 2) + 1)
    window, total = np.hanning(size + 2)[1:-1], np.zeros(size // 2 + 1)
    for block in np.array_split(np.arange(starts) * (size // 2), -(-starts // 1024)):
        frames = wave.samples[block[:, None] + np.arange(size)] * window
        total += np.square(np.abs(fft.rfft(frames, axis=1))).sum(axis=0)
    frequencies = np.arange(total.size) * (wave.rate_hz / size)
    width = 2 * round(100 / frequencies[1]) + 1 if total.size > 1 else 1
    padded = np.pad(total / starts, width // 2, mode="edge")
    return frequencies, np.convolve(padded, np.full(width, 1 / width), "valid")


def _cliff(levels: Float64s, span: int) -> int | None:
    """The bin in the middle of the steepest fall over `span` bins, where it is a cliff and nothing rises behind it."""
    falls = levels[:-span] - levels[span:]
    if falls.size == 0 or falls.max() < CLIFF_DB:
        return None
    steepest = int(falls.argmax())
    behind = levels[steepest + span :]
    return steepest + span // 2 if behind.max() <= levels[steepest] - CLIFF_DB / 2 else None

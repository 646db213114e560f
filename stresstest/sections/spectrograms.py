# SPDX-License-Identifier: Apache-2.0
"""What each noise looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stresstest.audio import Waveform
from stresstest.conditions import split_reference
from stresstest.engine.babble import babble_pool
from stresstest.engine.render import SignalPath, render_noise
from stresstest.errors import StresstestError
from stresstest.sections._figures import drawn, slug
from stresstest.sections.base import Content, Evidence, Figure, Gallery, Note, Section

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SECONDS = 6.0
WINDOW_S, RANGE_DB = 0.032, 70.0


class Spectrograms(Section):
    """A few seconds of each noise, made again from the seed. What cannot be made here is named, with the reason."""

    title = "What the noises look like"
    place = 100
    needs = ("study",)

    def build(self, evidence: Evidence) -> Content:
        study = evidence.study
        path = SignalPath(study, lambda: babble_pool(study))
        figures, missing = [], []
        for i, reference in enumerate(dict.fromkeys(c.noise for c in study.grid if c.noise), 1):
            try:
                wave = render_noise(path, reference, SECONDS)
            except StresstestError as error:
                missing.append(f"{reference}: {error}")
            else:
                summary = study.profiles[f"noise/{split_reference(reference)[0]}"].summary
                figures.append(_figure(f"noise_{i}_{slug(reference)}", reference.replace("_", " "), summary, wave))
        caption = f"{SECONDS:g} seconds of each noise; brighter is louder, over {RANGE_DB:g} dB."
        gallery = [Gallery(caption, tuple(figures))] if figures else []
        return [
            *gallery,
            *([Note("Not drawn, because it cannot be made again here", tuple(missing))] if missing else []),
        ]


def spectrogram_db(wave: Waveform) -> tuple[np.ndarray, float]:
    """Power in dB below its own maximum, shape (frequencies, times), and the step between times in seconds.

    Hann windows of 32 ms, half overlapping. Silence is at minus RANGE_DB.
    """
    size = round(WINDOW_S * wave.rate_hz)
    hop = size // 2
    frames = np.lib.stride_tricks.sliding_window_view(wave.samples, size)[::hop]
    power = np.abs(np.fft.rfft(frames * np.hanning(size + 1)[:-1], axis=1)).T ** 2
    return 10 * np.log10(np.maximum(power / max(power.max(), 1e-30), 10 ** (-RANGE_DB / 10))), hop / wave.rate_hz


def _figure(name: str, title: str, summary: str, wave: Waveform) -> Figure:
    levels, _ = spectrogram_db(wave)

    def draw(axes: Axes) -> None:
        extent = (0.0, wave.seconds, 0.0, wave.rate_hz / 2000)
        axes.imshow(levels, origin="lower", aspect="auto", extent=extent, cmap="viridis", vmin=-RANGE_DB, vmax=0)
        axes.set(title=title, xlabel="time (s)", ylabel="frequency (kHz)")

    return drawn(name, summary, f"Spectrogram of the noise {title}: {summary}", (3.7, 1.7), draw)

# SPDX-License-Identifier: Apache-2.0
"""Pictures of recording and re-synthesis: long-term figures only, from which no speech can be heard again."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from stresstest.fitting.fit import Fit
from stresstest.fitting.measures import RATES_HZ, SPEECH_HZ, aligned_db

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RECORDED, MADE, INK = "#0072b2", "#d55e00", "#1b2430"
SIZE_IN = (7.6, 3.4)


def spectrum(found: Fit) -> str:
    """Third octaves of both, with the lines found, as the address of an image."""

    def draw(axes: Axes) -> None:
        recorded, made = found.recorded, found.made
        shift = aligned_db(recorded, made)
        axes.semilogx(recorded.centers_hz, recorded.levels_db, "o-", color=RECORDED, label="recording")
        axes.semilogx(
            made.centers_hz, made.levels_db + shift, "s--", color=MADE, label="re-synthesis", fillstyle="none"
        )
        if found.lines:
            hz, level = [line.hz for line in found.lines], [line.level_dbov for line in found.lines]
            axes.plot(hz, level, "v", color=INK, markersize=4, label="tonal lines, while they sound")
        ticks = [31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000]
        axes.set_xticks(ticks, [f"{t:g}" if t < 1000 else f"{t / 1000:g}k" for t in ticks])
        axes.minorticks_off()
        axes.set(xlim=(28, recorded.centers_hz[-1] * 1.15), xlabel="frequency (Hz)", ylabel="third-octave level (dBov)")

    return _image(draw)


def modulation(found: Fit) -> str:
    """The modulation spectra, means over the bands that a recognizer hears, as the address of an image."""

    def draw(axes: Axes) -> None:
        judged = (found.recorded.centers_hz >= SPEECH_HZ[0]) & (found.recorded.centers_hz <= SPEECH_HZ[1])
        pairs = (found.recorded, RECORDED, "o-", "recording"), (found.made, MADE, "s--", "re-synthesis")
        for measures, color, style, label in pairs:
            axes.semilogx(RATES_HZ, measures.modulation_db[judged].mean(axis=0), style, color=color, label=label)
        axes.set_xticks(RATES_HZ, [f"{rate:g}" for rate in RATES_HZ])
        axes.minorticks_off()
        axes.set(xlabel="modulations a second (Hz)", ylabel="modulation (dB)")

    return _image(draw)


def level(found: Fit) -> str:
    """L90, L50 and L10 of both, as the address of an image."""

    def draw(axes: Axes) -> None:
        for row, (measures, color, label) in enumerate(
            ((found.made, MADE, "re-synthesis"), (found.recorded, RECORDED, "recording"))
        ):
            low, middle, high = measures.percentiles_dba
            axes.barh(row, high - low, left=low, height=0.5, color=color, alpha=0.35)
            axes.plot([middle], [row], "|", color=color, markersize=26, markeredgewidth=2, label=label)
        axes.set_yticks([0, 1], ["re-synthesis", "recording"])
        axes.set(ylim=(-0.6, 1.6), xlabel="A-weighted level, Fast, against its mean (dB): L90 to L10, L50 marked")

    return _image(draw, legend=False, height_in=1.7)


def _image(draw: Callable[[Axes], None], legend: bool = True, height_in: float = SIZE_IN[1]) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(
        {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "font.family": "DejaVu Sans"}
    ):
        figure = Figure(figsize=(SIZE_IN[0], height_in), layout="constrained")
        axes = figure.subplots()
        draw(axes)
        axes.grid(visible=True, color="#d8dee6", linewidth=0.7)
        if legend:
            axes.legend(frameon=False)
        buffer = io.BytesIO()
        figure.savefig(buffer, dpi=144, format="png", metadata={"Software": None})
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def decibel(value: float) -> str:
    """A level for a table, one decimal, with a true minus."""
    return f"{np.round(value, 1) + 0.0:.1f}".replace("-", "−")

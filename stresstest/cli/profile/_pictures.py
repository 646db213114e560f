# SPDX-License-Identifier: Apache-2.0
"""Pictures of profiles: a curve for each severity, and what the strongest looks like."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stresstest.cli.profile._traces import Curve, Specimen
from stresstest.places import whole
from stresstest.sections._figures import COLORS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from stresstest.audio import Waveform

LABELS = {
    "noise": ("frequency (Hz)", "third-octave level (dBov)"),
    "room": ("time (s)", "energy to come (dB)"),
    "voice": ("time (s)", "F0 (Hz)"),
    "device": ("frequency (Hz)", "level out over in (dB)"),
    "channel": ("frequency (Hz)", "level out over in (dB)"),
}
RANGE_DB, ROWS, STEPS = 70, 80, 18
"""Range, frequency bands and colors of a spectrogram: few, so that its file stays small."""


def picture(specimen: Specimen, size_in: tuple[float, float] = (9, 6)) -> Figure:
    """The picture of one profile."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size_in, layout="constrained")
    stage = specimen.profile.stage
    if stage == "voice":
        panels = figure.subplot_mosaic([["curves", "curves"], ["before", "after"]])
        _spectrogram(panels["before"], specimen.spoken(), "before")
        _spectrogram(panels["after"], specimen.spoken(specimen.strongest), f"after {specimen.strongest}".strip())
    else:
        panels = figure.subplot_mosaic([["curves"], ["other"]])
        _other(panels["other"], specimen)
    draw_curves(panels["curves"], specimen.curves(), stage)
    return figure


def _other(axis: Any, specimen: Specimen) -> None:
    """The panel under the curves."""
    severity = specimen.strongest
    if specimen.profile.stage == "room":
        time, level = specimen.response_db(severity)
        axis.plot(time, level, linewidth=0.5, color=COLORS[0])
        axis.set(xlabel="time after the direct sound (ms)", ylabel="response (dB)", ylim=(-80, 5))
        axis.set_title(f"impulse response {severity}".strip(), fontsize=9)
    elif specimen.profile.stage == "noise":
        _spectrogram(axis, specimen.noise(severity), severity)
    else:
        _spectrogram(axis, specimen.spoken(severity), f"speech after {severity}".strip())


def draw_curves(axis: Any, curves: Sequence[Curve], stage: str) -> None:
    """Curves on one pair of axes; points that a profile gives are drawn as rings."""
    for k, curve in enumerate(curves):
        color = COLORS[k % len(COLORS)]
        axis.plot(curve.x, curve.y, label=curve.label, color=color, linewidth=1.2, linestyle=("-", "--")[k // 8 % 2])
        if curve.given:
            points = np.array([p for p in curve.given if curve.x[0] <= p[0] <= curve.x[-1]]).reshape(-1, 2)
            axis.plot(points[:, 0], points[:, 1], "o", color=color, markerfacecolor="none", markersize=5)
    x, y = LABELS[stage]
    axis.set(xlabel=x, ylabel=y)
    if x.startswith("frequency"):
        axis.set_xscale("log")
        axis.set_xticks(
            [63, 125, 250, 500, 1000, 2000, 4000, 8000], ["63", "125", "250", "500", "1k", "2k", "4k", "8k"]
        )
        axis.minorticks_off()
    if stage in ("device", "channel", "noise"):
        top = max(float(np.max(c.y)) for c in curves)
        axis.set_ylim(max(min(float(np.min(c.y)) for c in curves), top - 75) - 3, top + 5)
    if stage == "room":
        axis.set_ylim(-65, 3)
        axis.axhline(-60, color="#55606e", linewidth=0.7, linestyle=":")
    axis.grid(visible=True, alpha=0.3)
    if len(curves) > 1:
        axis.legend(fontsize=8, ncols=2)


def _spectrogram(axis: Any, wave: Waveform, title: str) -> None:
    """Power in dB below the maximum, the largest of each cell; windows of 32 ms, half overlapping."""
    size = round(0.032 * wave.rate_hz)
    frames = np.lib.stride_tricks.sliding_window_view(wave.samples, size)[:: size // 2]
    power = np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)).T[1:] ** 2
    edges = np.linspace(0, len(power), min(ROWS, len(power)) + 1).astype(int)
    cells = np.maximum.reduceat(power, edges[:-1], axis=0)
    columns = np.arange(0, cells.shape[1], max(1, cells.shape[1] // 250))
    cells = np.add.reduceat(cells, columns, axis=1) / np.diff(np.append(columns, cells.shape[1]))
    level = 10 * np.log10(np.maximum(cells / max(float(cells.max()), 1e-30), 10 ** (-RANGE_DB / 10)))
    from matplotlib import colormaps

    axis.imshow(
        level, origin="lower", aspect="auto", extent=(0, wave.seconds, 0, wave.rate_hz / 2000), vmin=-RANGE_DB, vmax=0,
        cmap=colormaps["viridis"].resampled(STEPS), interpolation="nearest",
    )  # fmt: skip
    axis.set(xlabel="time (s)", ylabel="frequency (kHz)")
    axis.set_title(title, fontsize=9)


def save(figure: Figure, out: Path, dpi: int = 120, most_bytes: int | None = None) -> None:
    """Write a PNG; within `most_bytes` by as few colors as that takes."""
    from PIL import Image

    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=dpi, format="png", metadata={"Software": None}, facecolor="white")
    content, drawn = buffer.getvalue(), Image.open(buffer).convert("RGB")
    for colors in (64, 32, 16, 8) if most_bytes is not None else ():
        small = io.BytesIO()  # coverage, not frequency: the color of a thin line is rare and counts
        drawn.quantize(colors, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        content = small.getvalue()
        if len(content) <= (most_bytes or 0):
            break
    with whole(out) as part:
        part.write_bytes(content)

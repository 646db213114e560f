# SPDX-License-Identifier: Apache-2.0
"""A picture of one profile: what a noise sounds like, what a device or channel does, how a room decays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.cli._specimen import condition_of, study_of, utterance_of
from stresstest.conditions import CLEAN, Condition
from stresstest.engine.render import SignalPath, UtterancePath, render_noise
from stresstest.engine.worker import babble_pool
from stresstest.profiles import Profile


def plot(profile: Profile, out: Path) -> None:
    """Write a PNG: a noise as spectrogram and long-term spectrum, anything else as spectra before and after."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6), layout="constrained")
    upper, lower = figure.subplots(2, 1)
    severity = list(profile.severities)[-1]
    reference = f"{profile.name}@{severity}" if severity else profile.name
    axes = [f"noise={reference}", "snr_db=10"] if profile.stage == "noise" else [f"{profile.stage}={reference}"]
    condition = condition_of(axes)
    folder = None if profile.origin is None or _is_shipped(profile.origin) else profile.origin.parent.parent
    study = study_of(condition, folder)
    path = SignalPath(study, lambda: babble_pool(study))
    if profile.stage == "noise":
        signals = {"noise": render_noise(path, reference, 8.0)}
    else:
        signals = _before_and_after(path.of(utterance_of(study, None)), condition, study.render.rate_hz)
    _spectrogram(upper, list(signals.values())[-1])
    _spectra(lower, signals)
    figure.suptitle(f"{profile.stage}/{reference}: {profile.summary} ({profile.provenance})", wrap=True, fontsize=10)
    figure.savefig(out, dpi=120, format="png")


def _is_shipped(origin: Path) -> bool:
    from stresstest.places import data_folder

    return origin.resolve().is_relative_to(data_folder("noise_profiles").resolve())


def _before_and_after(path: UtterancePath, condition: Condition, rate_hz: int) -> dict[str, Waveform]:
    return {"clean": path.render(CLEAN, rate_hz).wave, "after": path.render(condition, rate_hz).wave}


def _spectrogram(axis: Any, wave: Waveform) -> None:
    from scipy.signal import spectrogram

    frequencies, times, power = spectrogram(wave.samples.astype(float), wave.rate_hz, nperseg=512, noverlap=384)
    density = 10 * np.log10(np.maximum(power, 1e-14))
    axis.pcolormesh(times, frequencies, density, cmap="viridis", vmin=-140, vmax=-40, shading="nearest")
    axis.set(xlabel="time (s)", ylabel="frequency (Hz)")


def _spectra(axis: Any, signals: dict[str, Waveform]) -> None:
    from stresstest.audio.spectra import third_octave_levels

    for (name, wave), style in zip(signals.items(), ("-", "--"), strict=False):
        bands, levels = third_octave_levels(wave.samples, wave.rate_hz)
        axis.semilogx(bands, np.maximum(levels, -120), style, label=name)
    axis.set(xlabel="frequency (Hz)", ylabel="third-octave level (dBov)")
    axis.grid(visible=True, which="both", alpha=0.3)
    axis.legend()

# SPDX-License-Identifier: Apache-2.0
"""What a profile does, as curves to draw and to compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.spectra import third_octave_levels
from stresstest.cli.profile._library import folder_of
from stresstest.cli.profile._specimen import as_listed, signal_path, study_of, utterance_of
from stresstest.conditions import CLEAN, Condition
from stresstest.engine.render import SignalPath, render_noise
from stresstest.perturbations import Effect
from stresstest.profiles import Profile
from stresstest.seeds import rng_for

NOISE_S = 8.0
PROBE_S, PROBE_DBOV = 8.0, -26.0
"""Length and level of the white noise with which a response is measured."""
LOWEST_HZ = 50.0
F0_HZ = (60.0, 400.0)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """A line: x and y of shape (points,), what it is, and points that the profile gives for it, (x, y) pairs."""

    x: Floats
    y: Floats
    label: str
    given: tuple[tuple[float, float], ...] = ()


class Specimen:
    """One profile in a study with all of its severities, or with the one given."""

    def __init__(self, profile: Profile, severity: str | None = None) -> None:
        self.profile = profile
        self.severities = [s for s in profile.severities if severity in (None, s)]
        conditions = [self.condition(s) for s in self.severities]
        self.path: SignalPath = signal_path(as_listed(study_of(conditions, folder_of(profile))))
        self.rate_hz = self.path.rate_hz
        layers = [layer for s in self.severities for layer in profile.severities[s]]
        self.apart = any(layer.path != "mixture" for layer in layers)
        """Whether speech and noise pass different paths, and so have a curve each."""

    @property
    def strongest(self) -> str:
        """The last severity."""
        return self.severities[-1]

    def reference(self, severity: str) -> str:
        """The profile's name in a condition."""
        return f"{self.profile.name}@{severity}" if severity else self.profile.name

    def condition(self, severity: str) -> Condition:
        """The profile alone; noise at an SNR of 10 dB."""
        snr = {"snr_db": 10} if self.profile.stage == "noise" else {}
        return Condition.from_mapping({self.profile.stage: self.reference(severity), **snr})

    def noise(self, severity: str) -> Waveform:
        """Some seconds of the noise."""
        return render_noise(self.path, self.reference(severity), NOISE_S)

    def spoken(self, severity: str | None = None) -> Waveform:
        """An order under one severity, clean without."""
        utterance = self.path.of(utterance_of(None))
        return utterance.render(CLEAN if severity is None else self.condition(severity), self.rate_hz).wave

    def curves(self) -> list[Curve]:
        """The curves that tell profiles of this stage apart, for each severity."""
        make = {"noise": self._spectrum, "room": self._decay, "voice": self._pitch}.get(self.profile.stage)
        before = [self._pitch(None)] if self.profile.stage == "voice" else []
        return before + [curve for s in self.severities for curve in ([make(s)] if make else self._responses(s))]

    def response_db(self, severity: str) -> tuple[Floats, Floats]:
        """Milliseconds from the direct sound, and the room's response in dB re its direct sound."""
        response = self.path.room(self.reference(severity))
        time = (np.arange(response.samples.size) - response.direct) / self.rate_hz * 1000
        return time, 20 * np.log10(np.maximum(np.abs(response.samples), 1e-6))

    def _spectrum(self, severity: str) -> Curve:
        bands, levels = third_octave_levels(self.noise(severity).samples, self.rate_hz)
        return Curve(bands, np.maximum(levels, levels.max() - 60), severity or self.profile.name)

    def _decay(self, severity: str) -> Curve:
        """The energy that is still to come (Schroeder's backward integral), in dB re all of it."""
        samples = self.path.room(self.reference(severity)).samples
        energy = np.cumsum(np.square(samples)[::-1])[::-1]
        decay = 10 * np.log10(np.maximum(energy / energy[0], 1e-9))
        return Curve(np.arange(samples.size) / self.rate_hz, decay, severity or self.profile.name)

    def _pitch(self, severity: str | None) -> Curve:
        time, f0 = f0_track(self.spoken(severity))
        f0[1:][np.abs(np.diff(np.log(f0))) > 0.2] = np.nan  # no line across a leap
        return Curve(time, f0, "before" if severity is None else severity or self.profile.name)

    def _responses(self, severity: str) -> Iterator[Curve]:
        """The response of each path that is not the other's."""
        layers = self.path.layers(self.profile.stage, self.reference(severity))
        for signal in ("speech", "noise") if self.apart else ("mixture",):
            chain = [(k, cast(Effect, e)) for k, (layer, e) in enumerate(layers) if layer.path in (signal, "mixture")]
            names = [severity, signal if self.apart else ""]
            given = [p for _, effect in chain for p in _points(effect)]
            x, y = response_of(chain, self.rate_hz, self.profile)
            yield Curve(x, y, " ".join(n for n in names if n) or self.profile.name, tuple(given))


def response_of(chain: Sequence[tuple[int, Effect]], rate_hz: int, profile: Profile) -> tuple[Floats, Floats]:
    """Frequencies and level out over level in, in dB, for white noise through effects, a twelfth of an octave wide."""
    from scipy.signal import welch

    probe = rng_for(0, "probe").standard_normal(round(PROBE_S * rate_hz)) * 10 ** (PROBE_DBOV / 20)
    wave = given = Waveform(probe.astype(np.float32), rate_hz)
    for k, effect in chain:
        wave = effect.apply(wave, rng_for(0, profile.stage, profile.name, k))
    frequencies, before = welch(given.samples.astype(float), rate_hz, nperseg=8192)
    _, after = welch(wave.samples.astype(float), rate_hz, nperseg=8192)
    centers = np.geomspace(LOWEST_HZ, rate_hz / 2 * 2 ** (-1 / 24), 120)
    powers = [[_mean(frequencies, p, f) for f in centers] for p in (before, after)]
    return centers, 10 * np.log10(np.maximum(np.array(powers[1]) / np.array(powers[0]), 1e-12))


def _mean(frequencies: Floats, power: Floats, center: float) -> float:
    width = 2 ** (1 / 24)
    inside = (frequencies >= center / width) & (frequencies <= center * width)
    return float(power[inside].mean()) if inside.any() else float(np.interp(center, frequencies, power))


def _points(effect: Effect) -> tuple[tuple[float, float], ...]:
    """The points of a response that the profile gives."""
    curve: Any = getattr(effect, "curve", ())
    return tuple((float(x), float(y)) for x, y in curve) if isinstance(curve, tuple) else ()


def f0_track(wave: Waveform) -> tuple[Floats, Floats]:
    """Times and F0 in Hz, not a number where nothing is voiced: the peak of the autocorrelation of 40 ms frames."""
    size, hop = round(0.04 * wave.rate_hz), round(0.01 * wave.rate_hz)
    frames = np.lib.stride_tricks.sliding_window_view(wave.samples.astype(np.float64), size)[::hop]
    spectra = np.fft.rfft(frames * np.hanning(size), 4 * size)
    correlation = np.fft.irfft(np.square(np.abs(spectra)))[:, :size]
    window = np.fft.irfft(np.square(np.abs(np.fft.rfft(np.hanning(size), 4 * size))))[:size]
    normal = correlation / np.maximum(correlation[:, :1], 1e-12) / np.maximum(window / window[0], 1e-3)
    lags = np.arange(round(wave.rate_hz / F0_HZ[1]), round(wave.rate_hz / F0_HZ[0]))
    peaks = np.where(
        (normal[:, lags] >= normal[:, lags - 1]) & (normal[:, lags] >= normal[:, lags + 1]), normal[:, lags], 0
    )
    best = lags[(peaks > 0.85 * peaks.max(axis=1, keepdims=True)).argmax(axis=1)]  # the first: not an octave too low
    heard = correlation[:, 0] > 1e-4 * correlation[:, 0].max()
    voiced = _long(heard & (peaks.max(axis=1) > 0.6), 7)
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(best, 2, mode="edge"), 5), axis=1)
    return np.arange(len(best)) * hop / wave.rate_hz, np.where(voiced, wave.rate_hz / smooth, np.nan)


def _long(flags: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    """The flags without runs shorter than `least`: what is voiced for an instant is a click."""
    edges = np.flatnonzero(np.diff(np.pad(flags.astype(int), 1)))
    kept = np.zeros_like(flags)
    for start, stop in edges.reshape(-1, 2):
        kept[start:stop] = stop - start >= least
    return kept

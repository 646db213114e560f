# SPDX-License-Identifier: Apache-2.0
"""What a profile claims as a whole: how its layers add up, how its level wanders, what its room and its paths do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from stresstest.claims._decay import direct_to_reverberant_db, middle_decay_time_s
from stresstest.claims._path import STAND_IN, reference, signal_path
from stresstest.claims._paths import path_gains
from stresstest.claims._scene import captured_dbov, noise_dba
from stresstest.claims.base import Claim
from stresstest.conditions import layers_of
from stresstest.engine.render import BALANCE_S
from stresstest.perturbations import Source
from stresstest.profiles import Layer, Profile
from stresstest.seeds import rng_for

RATE_HZ = 16000
SLOW_RATE_HZ = 8000
SLOW_S = 1200
"""Twenty minutes at a low rate, for what takes minutes to show."""
FAST_S = 0.125
"""The time weighting "fast" of a sound level meter, as blocks."""
ALONE_S = round(BALANCE_S)
SILENT = Layer("tone", {"f0_hz": 1000}, level_db=-300)
"""In the place of a layer that is turned off: cheap, and far below what is measured."""

Measurement = Callable[[Profile, str], Iterable[Claim]]


def stated(profile: Profile, severity: str) -> list[str]:
    """The keys of a profile that are claims about the whole of it; each has an entry in MEASUREMENTS."""
    layers = profile.severities[severity]
    keys = list(profile.claims)
    keys += ["fluctuation_db"] if profile.fluctuation_db else []
    keys += ["level_db"] if profile.stage == "noise" and len(layers) > 1 else []
    keys += [key for key in ("level_dba", "full_scale_spl_db") if getattr(profile, key) is not None]
    keys += ["path"] if any(layer.path != "mixture" for layer in layers) else []
    return keys


def _noise(profile: Profile, severity: str, seconds: float, rate_hz: int) -> NDArray[np.float64]:
    path = signal_path(profile, rate_hz)
    return path.noise(reference(profile, severity), round(seconds * rate_hz), "claims", 0)[0].astype(np.float64)


def _fluctuation(profile: Profile, severity: str) -> Iterator[Claim]:
    """The engine's gain against the same noise held steady, every tenth of a second."""
    wanted = profile.fluctuation_db
    deviation, kept = _swing(wanted, profile.fluctuation_s)
    yield Claim(("fluctuation_db",), "standard deviation of the level", wanted, deviation, 0.15 * wanted, "dB")
    yield Claim(("fluctuation_s",), "correlation of the level after fluctuation_s", float(np.exp(-1)), kept, 0.15)


@cache
def _swing(fluctuation_db: float, fluctuation_s: float) -> tuple[float, float]:
    """Standard deviation of the level in dB, and its correlation with itself fluctuation_s later."""
    moving, steady = (
        _noise(replace(STAND_IN, fluctuation_db=db, fluctuation_s=fluctuation_s), "", 300 * fluctuation_s, SLOW_RATE_HZ)
        for db in (fluctuation_db, 0.0)
    )
    step, lag = SLOW_RATE_HZ // 10, round(fluctuation_s * 10)
    slow_db = 10 * np.log10(_blocks(moving, step) / _blocks(steady, step))
    slow_db -= slow_db.mean()
    return float(slow_db.std()), float((slow_db[lag:] * slow_db[:-lag]).mean() / slow_db.var())


def _l10_l90(profile: Profile, severity: str) -> Iterator[Claim]:
    """The levels exceeded a tenth and nine tenths of the time, with fast time weighting."""
    blocks = _blocks(_noise(profile, severity, SLOW_S, SLOW_RATE_HZ), round(FAST_S * SLOW_RATE_HZ))
    l90, l10 = np.percentile(10 * np.log10(np.maximum(blocks, 1e-20)), (10, 90))
    yield Claim(("l10_l90_db",), "L10 - L90", profile.claims["l10_l90_db"], float(l10 - l90), 1.5, "dB")


def _levels(profile: Profile, severity: str) -> Iterator[Claim]:
    """Each layer's level while it sounds against that of the first, all others turned off."""
    layers = profile.severities[severity]
    first = _sounding_db(profile, severity, 0)
    for k, layer in enumerate(layers[1:], 1):
        what = f"level of layer {k + 1}, {layer.kind}, relative to the first"
        found = _sounding_db(profile, severity, k) - first
        yield Claim(("level_db",), what, layer.level_db - layers[0].level_db, found, 0.1, "dB")


def _sounding_db(profile: Profile, severity: str, wanted: int) -> float:
    """Level of one layer in the engine's noise, over what its source says is active; a drop lasts less than a block."""
    layers, frames = profile.severities[severity], ALONE_S * RATE_HZ
    alone = tuple(x if k == wanted else SILENT for k, x in enumerate(layers))
    path = signal_path(replace(profile, severities={severity: alone}, fluctuation_db=0.0), RATE_HZ)
    samples = path.noise(reference(profile, severity), frames, "claims", 0)[0].astype(np.float64)
    source = cast(Source, layers_of(profile, severity)[wanted][1])
    rng = rng_for(path.study.seed, "noise", profile.name, wanted, "claims", 0)
    active = source.generate(frames, RATE_HZ, rng, path.pool if source.needs_pool else ()).active
    return float(10 * np.log10(np.square(samples[active]).mean()))


def _blocks(samples: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """The mean square of each block of `length` samples."""
    whole = samples[: samples.size // length * length]
    powers: NDArray[np.float64] = np.square(whole).reshape(-1, length).mean(axis=1)
    return powers


def _level_dba(profile: Profile, severity: str) -> Iterator[Claim]:
    """The noise at the device when a condition asks for speech at that level and an SNR of 0 dB."""
    wanted = cast(float, profile.level_dba)
    found = noise_dba(profile, severity, wanted)
    yield Claim(("level_dba",), "A-weighted level of the noise in a scene", wanted, found, 0.1, "dB(A)")


def _full_scale(profile: Profile, severity: str) -> Iterator[Claim]:
    """How far below full scale the device hears speech of 74 dB(A)."""
    wanted = 74.0 - cast(float, profile.full_scale_spl_db)
    found = captured_dbov(profile, severity, 74.0)
    yield Claim(("full_scale_spl_db",), "speech of 74 dB(A) at the device", wanted, found, 0.1, "dBov")


def _rt60(profile: Profile, severity: str) -> Iterator[Claim]:
    response = signal_path(profile, RATE_HZ).room(reference(profile, severity))
    wanted = profile.claims["rt60_s"]
    found = middle_decay_time_s(response.samples, RATE_HZ)
    yield Claim(("rt60_s",), "reverberation time (T30, 500 and 1000 Hz)", wanted, found, 0.05 * wanted, "s")


def _drr(profile: Profile, severity: str) -> Iterator[Claim]:
    response = signal_path(profile, RATE_HZ).room(reference(profile, severity))
    found = direct_to_reverberant_db(response.samples, RATE_HZ, response.direct)
    yield Claim(("drr_db",), "direct-to-reverberant ratio", profile.claims["drr_db"], found, 1.0, "dB")


def _paths(profile: Profile, severity: str) -> Iterator[Claim]:
    """What speech and noise pass in the engine, against the layers that name their path."""
    layers = layers_of(profile, severity)
    for signal in ("speech", "noise"):
        for hz, wanted, found in path_gains(profile, severity, [x for x in layers if x[0].path == signal], signal):
            what = f"gain of the path of {signal} at {hz:g} Hz"
            yield Claim(("path",), what, wanted, found, 0.5, "dB")


MEASUREMENTS: Mapping[str, Measurement] = {
    "fluctuation_db": _fluctuation,
    "l10_l90_db": _l10_l90,
    "level_db": _levels,
    "level_dba": _level_dba,
    "full_scale_spl_db": _full_scale,
    "rt60_s": _rt60,
    "drr_db": _drr,
    "path": _paths,
}
"""Claim → what measures it."""

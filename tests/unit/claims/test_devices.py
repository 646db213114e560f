# SPDX-License-Identifier: Apache-2.0
"""Each instrument for a device passes a kind that does what it says and catches one that does something else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.claims import Instrument
from stresstest.perturbations import Effect
from stresstest.perturbations.agc import Agc
from stresstest.perturbations.band_limit import BandLimit
from stresstest.perturbations.biquad import Biquad
from stresstest.perturbations.clipping import Clipping
from stresstest.perturbations.noise_suppression import NoiseSuppression
from stresstest.perturbations.random_handset import RandomHandset
from stresstest.perturbations.self_noise import SelfNoise
from stresstest.plugins import load

FALSE: list[tuple[Effect, Effect, str]] = [
    (Agc(target_dbov=-20), Agc(target_dbov=-21), "target_dbov"),
    (Agc(attack_ms=10), Agc(attack_ms=20), "attack_ms"),
    (Agc(release_ms=500), Agc(release_ms=600), "release_ms"),
    (Agc(max_gain_db=20), Agc(max_gain_db=21), "max_gain_db"),
    (Agc(min_gain_db=-30), Agc(min_gain_db=-31), "min_gain_db"),
    (Agc(gate_dbov=-45.0), Agc(), "gate_dbov"),
    (BandLimit(300, 3400), BandLimit(310, 3400), "low_hz"),
    (BandLimit(300, 3400), BandLimit(300, 3500), "high_hz"),
    (BandLimit(300), BandLimit(300, 7500), "high_hz"),
    (BandLimit(0, 3400), BandLimit(60, 3400), "low_hz"),
    (Biquad("treble", 2800, 0.5, -10.0), Biquad("treble", 2800, 0.5, -10.5), "gain_db"),
    (Biquad("treble", 2800, 0.5, -10.0), Biquad("treble", 2900, 0.5, -10.0), "frequency_hz"),
    (Biquad("equalizer", 1000, 2.0, 6.0), Biquad("equalizer", 1000, 2.2, 6.0), "q"),
    (Biquad("lowpass", 1000), Biquad("highpass", 1000), "filter"),
    (Clipping(clipped_percent=1.0), Clipping(clipped_percent=1.02), "clipped_percent"),
    (Clipping(threshold_dbov=-6.0), Clipping(threshold_dbov=-6.2), "threshold_dbov"),
    (NoiseSuppression(12, 20), NoiseSuppression(13, 20), "max_attenuation_db"),
    (NoiseSuppression(12, 20), NoiseSuppression(12, 30), "smoothing_ms"),
    (NoiseSuppression(12, 20), NoiseSuppression(12, 0), "smoothing_ms"),
    (RandomHandset(1), RandomHandset(2), "device_id"),
    (SelfNoise(-88), SelfNoise(-87.8), "level_dbov"),
    (SelfNoise(-88), SelfNoise(-88, "none"), "weighting"),
]
"""What a profile says, what is built in its place, and the key that is then false."""


@dataclass(frozen=True)
class Disguised(Effect):
    """Says what one kind says and does what another does."""

    said: Effect
    done: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "said"), name)

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        changed: Waveform = self.done.apply(wave, rng)
        return changed


def _instrument(kind: Effect) -> Instrument:
    return load("claims", type(kind).__module__.rpartition(".")[2])()  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", dict.fromkeys(said for said, _, _ in FALSE), ids=str)
def test_a_kind_that_does_what_it_says_passes_and_every_key_is_claimed(kind: Effect) -> None:
    claims = list(_instrument(kind).claims(kind))
    assert [claim for claim in claims if not claim.held] == []
    given = {name for name, value in vars(kind).items() if value is not None}
    assert given <= {key for claim in claims for key in claim.keys}
    assert claims == list(_instrument(kind).claims(kind))


@pytest.mark.parametrize(("said", "done", "key"), FALSE, ids=[f"{key}-{done}" for _, done, key in FALSE])
def test_a_kind_that_does_something_else_is_caught_by_its_key(said: Effect, done: Effect, key: str) -> None:
    if isinstance(said, RandomHandset):
        claims = list(_instrument(said).claims(_Swapped(said.device_id, said.mask, done)))
    else:
        claims = list(_instrument(said).claims(Disguised(said, done)))
    assert key in {k for claim in claims if not claim.held for k in claim.keys}


@dataclass(frozen=True)
class _Swapped(RandomHandset):
    """One telephone under the id of another; a real kind, since the instrument makes its neighbors from it."""

    done: Any = None

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        changed: Waveform = self.done.apply(wave, rng)
        return changed


def test_a_telephone_outside_its_mask_is_caught() -> None:
    """A peak of 20 dB at 1 kHz, where the mask has room for 10 at any gain."""
    peaked = _Swapped(1, "wb_handsfree_send", Biquad("equalizer", 1000, 2.0, 20.0))
    outside = [claim for claim in _instrument(RandomHandset(1)).claims(peaked) if claim.keys == ("mask",)]
    assert [claim.held for claim in outside] == [False, False]
    assert 8 < outside[0].measured <= 10


def test_ids_that_are_all_one_telephone_are_caught() -> None:
    class Same(RandomHandset):
        @property
        def curve(self) -> tuple[tuple[float, float], ...]:
            return replace(RandomHandset(1), mask=self.mask).curve

    alike = [c for c in _instrument(RandomHandset(1)).claims(Same(1)) if "ids" in c.what]
    assert [c.measured for c in alike] == [20]


def test_colored_self_noise_is_caught() -> None:
    class Pink(SelfNoise):
        def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
            white = super().apply(wave, rng).samples
            return wave.with_samples(np.append(white[1:] + white[:-1], 0.0))

    missed = [c.what for c in _instrument(SelfNoise(-80)).claims(Pink(-80)) if not c.held]
    assert any("density" in what for what in missed)

# SPDX-License-Identifier: Apache-2.0
"""The instrument for audiomentations holds what the shipped transforms do and catches what they do not."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from stresstest.audio import Waveform
from stresstest.claims.audiomentations import Audiomentations as Instrument
from stresstest.perturbations.audiomentations import Audiomentations
from stresstest.seeds import rng_for

SHIPPED = [
    ("TanhDistortion", {"distortion": 0.1}),
    ("TanhDistortion", {"distortion": 0.4}),
    ("BitCrush", {"bit_depth": 6}),
    ("TimeMask", {"band_part": 0.2, "mask_location": "start", "fade_duration": 0.005}),
    ("TimeMask", {"band_part": 0.1, "mask_location": "end"}),
    ("Gain", {"gain_db": 3}),
    ("AddGaussianNoise", {"amplitude": 0.01}),
]
every_shipped = pytest.mark.parametrize(("transform", "parameters"), SHIPPED)


@dataclass(frozen=True)
class Pretender(Audiomentations):
    """Claims its own parameters and does what another transform or other parameters do."""

    really: Audiomentations | None = None

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        assert self.really is not None
        return self.really.apply(wave, rng)


def _kind(transform: str, parameters: dict[str, Any], **keys: Any) -> Audiomentations:
    return Audiomentations.from_parameters({"transform": transform, "parameters": parameters, **keys})


def _missed(kind: Audiomentations) -> list[str]:
    return [claim.what for claim in Instrument().claims(kind) if not claim.held]


@every_shipped
def test_what_is_claimed_is_held_and_every_key_is_covered(transform: str, parameters: dict[str, Any]) -> None:
    kind = _kind(transform, parameters)
    assert not _missed(kind)
    covered = {key for claim in Instrument().claims(kind) for key in claim.keys}
    assert {"transform", "parameters", "changes_length"} <= covered


@pytest.mark.parametrize(
    ("transform", "claimed", "really", "words"),
    [
        ("TanhDistortion", {"distortion": 0.1}, {"distortion": 0.15}, "harmonic 3"),
        ("BitCrush", {"bit_depth": 6}, {"bit_depth": 7}, "step of the quantizer"),
        ("TimeMask", {"band_part": 0.2}, {"band_part": 0.201}, "length of the gap"),
        (
            "TimeMask",
            {"band_part": 0.2, "mask_location": "start"},
            {"band_part": 0.2, "mask_location": "end"},
            "begins at the start",
        ),
        ("Gain", {"gain_db": 3}, {"gain_db": 3.2}, "gain of a sine"),
        ("AddGaussianNoise", {"amplitude": 0.01}, {"amplitude": 0.0101}, "called directly"),
    ],
)
def test_a_transform_that_does_something_else_is_caught(
    transform: str, claimed: dict[str, Any], really: dict[str, Any], words: str
) -> None:
    pretender = Pretender(transform, claimed, really=_kind(transform, really))
    assert any(words in what for what in _missed(pretender))


def test_a_level_that_is_said_to_be_kept_and_is_not_is_caught() -> None:
    louder = Pretender("Gain", {"gain_db": 0}, keep_level=True, really=_kind("Gain", {"gain_db": 1}))
    assert "change of RMS" in _missed(louder)
    assert not _missed(_kind("HighPassFilter", {"cutoff_freq": 800, "rolloff": 12}, keep_level=True))


def test_a_change_of_length_that_is_not_announced_is_caught() -> None:
    longer = _kind("AdjustDuration", {"duration_seconds": 1.5}, changes_length=True)
    assert not _missed(longer)
    assert any("length" in what for what in _missed(Pretender("Reverse", {}, really=longer)))


def test_a_file_is_covered_and_the_global_generators_stand_still(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "noise.wav", 0.1 * rng_for(1).standard_normal(8000), 16000)
    keys = {"transform": "AddBackgroundNoise", "file": tmp_path / "noise.wav"}
    kind = Audiomentations.from_parameters({**keys, "parameters": {"snr_db": 5, "absolute_rms_db": -30}})
    before = random.getstate(), repr(np.random.get_state())
    claims = list(Instrument().claims(kind))
    assert (random.getstate(), repr(np.random.get_state())) == before
    assert all(claim.held for claim in claims)
    assert "file" in {key for claim in claims for key in claim.keys}

# SPDX-License-Identifier: Apache-2.0
"""What every kind owes, whichever file it is in; a new file is found here by itself."""

from __future__ import annotations

import pickle
import random
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from stresstest.audio import Waveform
from stresstest.conditions import layers_of
from stresstest.errors import ParameterError
from stresstest.perturbations import Effect, Perturbation, Room, Sound, Source
from stresstest.plugins import catalogue, load
from stresstest.profiles import STAGES
from stresstest.profiles.library import Library
from stresstest.seeds import rng_for

KINDS = catalogue("perturbations")
RATE_HZ, FRAMES = 16000, 24000


@cache
def _shipped() -> dict[str, list[Perturbation]]:
    """Every kind as the shipped profiles build it."""
    library, built = Library.shipped(), dict[str, list[Perturbation]]()
    profiles = [library.get(stage, name) for stage in STAGES for name in library.names(stage)]
    for profile, severity in ((p, s) for p in profiles for s in p.severities):
        for layer, kind in layers_of(profile, severity):
            built.setdefault(layer.kind, []).append(kind)
    return built


@pytest.fixture
def specimens(request: pytest.FixtureRequest, tmp_path: Path) -> list[Perturbation]:
    """At most three specimens of a kind; one that reads a file and is in no shipped profile gets a click to read."""
    kind: str = request.param
    if kind in _shipped():
        return _shipped()[kind][:3]
    samples = np.zeros(8000)
    samples[100::1000] = 0.5
    soundfile.write(tmp_path / "click.wav", samples, RATE_HZ)
    return [load("perturbations", kind).from_parameters({"file": tmp_path / "click.wav"})]  # type: ignore[attr-defined]


EFFECTS = [name for name in KINDS if issubclass(load("perturbations", name), Effect)]
LINEAR = [name for name in EFFECTS if load("perturbations", name).linear]  # type: ignore[attr-defined]

SOURCES = [name for name in KINDS if issubclass(load("perturbations", name), Source)]

every_kind = pytest.mark.parametrize("specimens", KINDS, indirect=True)
every_effect = pytest.mark.parametrize("specimens", EFFECTS, indirect=True)
every_source = pytest.mark.parametrize("specimens", SOURCES, indirect=True)
every_linear_effect = pytest.mark.parametrize("specimens", LINEAR, indirect=True)


def _signal(seed: int = 0) -> Waveform:
    syllables = 0.5 + 0.5 * np.sin(2 * np.pi * 4 * np.arange(FRAMES) / RATE_HZ)
    return Waveform((0.05 * syllables * rng_for(seed).standard_normal(FRAMES)).astype(np.float32), RATE_HZ)


def _result(kind: Perturbation, seed: int) -> np.ndarray[Any, Any]:
    rng = rng_for(seed, "contract")
    if isinstance(kind, Effect):
        return kind.apply(_signal(), rng).samples
    if isinstance(kind, Room):
        return kind.response(RATE_HZ, rng).samples
    assert isinstance(kind, Source)
    return _sound(kind, rng).samples


def _sound(kind: Source, rng: np.random.Generator) -> Sound:
    pool: Sequence[Waveform] = [_signal(k) for k in range(12)] if kind.needs_pool else []
    return kind.generate(FRAMES, RATE_HZ, rng, pool)


def _global_state() -> str:
    return repr((random.getstate(), np.random.get_state()[1].tolist(), np.random.get_state()[2:]))  # type: ignore[union-attr]


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_a_frozen_dataclass_with_one_role_and_known_stages(name: str) -> None:
    kind = load("perturbations", name)
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert sum(issubclass(kind, role) for role in (Effect, Room, Source)) == 1
    assert issubclass(kind, Perturbation)
    assert kind.stages
    assert set(kind.stages) <= set(STAGES)
    assert kind.__doc__
    assert not {f.name for f in fields(kind)} & {"kind", "name", "layers", "severities", "path"}


@every_kind
def test_an_unknown_key_is_refused_by_name(specimens: list[Perturbation]) -> None:
    with pytest.raises(ParameterError, match=r"unknown key 'louder'.*allowed: ") as refusal:
        type(specimens[0]).from_parameters({"louder": 1})
    assert refusal.value.key == "louder"


@every_kind
def test_a_kind_is_hashable_and_survives_pickling(specimens: list[Perturbation]) -> None:
    for kind in specimens:
        assert pickle.loads(pickle.dumps(kind)) == kind
        assert hash(pickle.loads(pickle.dumps(kind))) == hash(kind)


@every_kind
def test_the_same_generator_gives_the_same_bytes_and_no_global_one_moves(specimens: list[Perturbation]) -> None:
    for kind in specimens:
        random.seed(1)
        np.random.seed(1)
        before = _global_state()
        first = _result(kind, 1)
        _result(kind, 2)
        assert _global_state() == before
        random.seed(2)
        np.random.seed(2)
        assert _result(kind, 1).tobytes() == first.tobytes()


@every_kind
def test_a_result_is_finite_and_of_the_right_shape(specimens: list[Perturbation]) -> None:
    for kind in specimens:
        if isinstance(kind, Source):
            sound = _sound(kind, rng_for(3))
            assert sound.samples.shape == sound.active.shape == (FRAMES,)
            assert sound.samples.dtype == np.float64
            assert sound.active.dtype == np.bool_
            assert np.isfinite(sound.samples).all()
            assert sound.active.any()
            assert np.square(sound.samples[sound.active]).mean() > 0
        elif isinstance(kind, Room):
            response = kind.response(RATE_HZ, rng_for(3))
            assert np.isfinite(response.samples).all()
            assert response.samples[response.direct] == pytest.approx(1, abs=0.01)
        elif isinstance(kind, Effect):
            changed = kind.apply(_signal(), rng_for(3))
            assert changed.rate_hz == RATE_HZ
            assert changed.samples.size == FRAMES or kind.stages == ("voice",)


@every_source
def test_longer_noise_begins_like_shorter_noise(specimens: list[Perturbation]) -> None:
    pool = [_signal(k) for k in range(12)]
    for kind in specimens:
        assert isinstance(kind, Source)
        short, long = (kind.generate(n, RATE_HZ, rng_for(4), pool) for n in (2 * RATE_HZ, 5 * RATE_HZ))
        np.testing.assert_allclose(short.samples, long.samples[: 2 * RATE_HZ], atol=1e-9 * np.abs(long.samples).max())
        assert (short.active == long.active[: 2 * RATE_HZ]).all()


@every_linear_effect
def test_a_linear_effect_obeys_superposition(specimens: list[Perturbation]) -> None:
    one, two = _signal(1), _signal(2)
    for kind in specimens:
        assert isinstance(kind, Effect)
        sum_first = kind.apply(one.with_samples(one.samples * 3 + two.samples), rng_for(0)).samples
        sum_last = kind.apply(one, rng_for(0)).samples * 3 + kind.apply(two, rng_for(0)).samples
        np.testing.assert_allclose(sum_first, sum_last, atol=2e-6)


@every_effect
@pytest.mark.parametrize("rate_hz", [8000, 48000])
def test_an_effect_works_at_other_rates_and_on_a_very_short_signal(specimens: list[Perturbation], rate_hz: int) -> None:
    assert isinstance(specimens[0], Effect)
    for frames in (50, rate_hz // 2):
        wave = Waveform((0.1 * rng_for(frames).standard_normal(frames)).astype(np.float32), rate_hz)
        changed = specimens[0].apply(wave, rng_for(0))
        assert changed.rate_hz == rate_hz
        assert changed.samples.size == frames or specimens[0].stages == ("voice",)


def test_every_kind_that_needs_no_file_is_in_a_shipped_profile() -> None:
    needs_file = {name for name in KINDS if any(f.name == "file" for f in fields(load("perturbations", name)))}  # type: ignore[arg-type]
    assert set(KINDS) - needs_file <= set(_shipped())

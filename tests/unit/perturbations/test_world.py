# SPDX-License-Identifier: Apache-2.0
"""The vocoder on odd input, over and over, in pieces, and what no instrument of the claims looks at."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.audio import Waveform
from stresstest.audio.files import read
from stresstest.audio.levels import active_speech_level
from stresstest.errors import MissingExtraError, ParameterError
from stresstest.perturbations import _world
from stresstest.perturbations._world_cues import moved_formants
from stresstest.perturbations.world import World
from stresstest.seeds import rng_for

RECORDINGS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "vctk_mini" / "audio"
STRESS = World(2, 0.9, 1.12, 6, 2, 1.04, tremor_percent=1)
TIRED = World(-1.5, 0.7, 0.85, -4, -2, 1, 0.85, 3, 3, 1.5, envelope_smoothing_hz=10)
KINDS = (World(), STRESS, TIRED)
Array = np.ndarray[Any, Any]


def _voice(seconds: float = 1.5, rate_hz: int = 16000) -> Waveform:
    """A buzz at 120 Hz in four syllables with room tone."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    buzz = sum(np.sin(2 * np.pi * 120 * k * time + k * k) / k for k in range(1, 25))
    syllables = np.sin(2 * np.pi * 1.5 * time) > 0
    noise = rng_for(3).standard_normal(time.size)
    return Waveform((0.1 * buzz * syllables + 1e-4 * noise).astype(np.float32), rate_hz)


def _apply(kind: World, wave: Waveform, seed: int = 0) -> Array:
    return kind.apply(wave, rng_for(seed, "world")).samples


ODD = {
    "noise": lambda n: 0.1 * rng_for(n).standard_normal(n),
    "silence": np.zeros,
    "a constant": lambda n: np.full(n, 0.3),
    "a click": lambda n: np.eye(1, n, n // 2)[0],
    "faint": lambda n: 1e-7 * rng_for(n).standard_normal(n),
    "off center": lambda n: 0.5 + 0.01 * rng_for(n).standard_normal(n),
}


@pytest.mark.parametrize("kind", KINDS, ids=["unchanged", "stress", "tired"])
@pytest.mark.parametrize("content", ODD)
@pytest.mark.parametrize(("rate_hz", "frames"), [(8000, 1), (8000, 50), (11025, 4000), (16000, 800), (48000, 50)])
def test_what_is_no_voice_comes_out_finite_and_in_time(kind: World, content: str, rate_hz: int, frames: int) -> None:
    wave = Waveform(ODD[content](frames).astype(np.float32), rate_hz)
    changed = _apply(kind, wave)
    assert changed.size == max(round(frames / kind.rate_factor), 1)
    if content in ("silence", "a constant"):
        assert not changed.any()


@given(order=st.permutations([0, 1, 2, 0]))
@settings(max_examples=6, deadline=None)
def test_bytes_depend_on_nothing_that_was_done_before(order: list[int]) -> None:
    _world._analyzed.cache_clear()
    again = {k: _apply(KINDS[k], _voice(0.6)).tobytes() for k in order}
    assert again == {k: _alone()[k] for k in order}


def _alone(memo: dict[int, bytes] = {}) -> dict[int, bytes]:  # noqa: B006 - computed once
    if not memo:
        for k, kind in enumerate(KINDS):
            _world._analyzed.cache_clear()
            memo[k] = _apply(kind, _voice(0.6)).tobytes()
    return memo


def test_voices_of_one_utterance_share_its_analysis() -> None:
    _world._analyzed.cache_clear()
    for kind in KINDS:
        _apply(kind, _voice(0.6))
    assert _world._analyzed.cache_info().misses == 1
    assert _world._analyzed.cache_info().maxsize == 4


def test_the_level_is_the_active_one_of_the_original_plus_what_was_asked() -> None:
    wave = _voice()
    before = active_speech_level(wave).dbov
    for kind in (World(level_db=6), World(3, 1.2, 1.25, 8, 3), TIRED):
        after = active_speech_level(kind.apply(wave, rng_for(0)))
        assert after.dbov - before == pytest.approx(kind.level_db, abs=0.02)


def test_long_speech_goes_through_in_pieces_cut_where_it_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_world, "PIECE_S", 1.0)
    wave = _voice(4.3)
    parts = list(_world.pieces(wave))
    assert np.concatenate([part.samples for part in parts]).tobytes() == wave.samples.tobytes()
    assert max(part.seconds for part in parts) <= 1.0
    for part in parts[:-1]:
        assert np.abs(part.samples[-80:]).max() < 0.001
    changed = _apply(STRESS, wave)
    assert changed.size == round(wave.samples.size / 1.12)
    monkeypatch.undo()
    whole = _apply(STRESS, wave)
    louder = [np.square(x[: x.size // 800 * 800].reshape(-1, 800)).mean(axis=1) > 1e-4 for x in (changed, whole)]
    assert (louder[0] == louder[1]).mean() > 0.95


@given(first=st.floats(0.75, 1.3), space=st.floats(0.6, 1.4), hz=st.lists(st.floats(0, 8000), min_size=2, max_size=20))
@settings(max_examples=100, deadline=None)
def test_formants_never_cross(first: float, space: float, hz: list[float]) -> None:
    given_hz = np.array(sorted(set(hz)))
    moved = moved_formants(given_hz, first, space)
    assert (np.diff(moved) >= 0).all()
    np.testing.assert_array_equal(moved[given_hz >= 3000], given_hz[given_hz >= 3000])


def test_expanding_undoes_contracting() -> None:
    hz = np.linspace(0, 4000, 401)
    np.testing.assert_allclose(moved_formants(moved_formants(hz, 1, 0.8), 1, 1.25), hz, atol=1e-6)


def test_two_tremors_differ_by_their_phase_alone() -> None:
    kind, wave = World(tremor_percent=3, tremor_hz=6), _voice(1.0)
    one, other = _apply(kind, wave, 1), _apply(kind, wave, 2)
    assert one.tobytes() != other.tobytes()
    assert one.std() == pytest.approx(other.std(), rel=0.05)


@pytest.mark.parametrize(
    ("parameters", "key"),
    [
        ({"f0_shift_st": 13}, "f0_shift_st"),
        ({"f0_range_factor": 0}, "f0_range_factor"),
        ({"rate_factor": 0}, "rate_factor"),
        ({"breathiness_db": -1}, "breathiness_db"),
        ({"envelope_smoothing_hz": 0}, "envelope_smoothing_hz"),
        ({"tremor_hz": 50}, "tremor_hz"),
        ({"formant_space_factor": 2}, "formant_space_factor"),
        ({"jitter_percent": "much"}, "jitter_percent"),
    ],
)
def test_a_wrong_parameter_is_named(parameters: dict[str, object], key: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        World.from_parameters(parameters)
    assert refusal.value.key == key


def test_without_the_library_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyworld", None)
    _world._analyzed.cache_clear()
    with pytest.raises(MissingExtraError, match=r"pip install 'stresstest\[voice\]'"):
        _apply(World(), _voice(0.2))


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="no recordings here")
def test_a_real_voice_keeps_its_shape_in_time() -> None:
    wave = read(sorted(RECORDINGS.glob("*.wav"))[3])
    frames = wave.samples.size // 320 * 320
    before, after = (
        np.sqrt(np.square(x[:frames].reshape(-1, 320)).mean(axis=1)) for x in (wave.samples, _apply(World(), wave))
    )
    assert np.corrcoef(before, after)[0, 1] > 0.95


def test_imprecise_articulation_leaves_the_room_as_quiet_as_it_was() -> None:
    wave = _voice()
    quiet = slice(6000, 10000)  # between two syllables
    plain, smooth = (_apply(World(envelope_smoothing_hz=limit), wave)[quiet] for limit in (None, 10))
    assert smooth.std() < 1.3 * plain.std()

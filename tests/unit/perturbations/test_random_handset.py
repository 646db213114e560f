# SPDX-License-Identifier: Apache-2.0
"""Every telephone of the random series lies inside its mask, and an id is one telephone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.errors import ParameterError
from stresstest.perturbations._masks import MASKS, Mask
from stresstest.perturbations.random_handset import RandomHandset
from stresstest.perturbations.response import through
from stresstest.seeds import rng_for

IDS = range(200)


def _response_db(kind: RandomHandset, rate_hz: int, hz: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    taps = through(kind.curve, rate_hz)
    places = np.arange(taps.size) - taps.size // 2
    return 20 * np.log10(np.abs(np.cos(2 * np.pi / rate_hz * np.outer(hz, places)) @ taps))


@pytest.mark.parametrize("name", MASKS)
def test_the_curves_of_five_hundred_ids_lie_inside_the_mask_with_room_for_the_filter(name: str) -> None:
    mask = MASKS[name]
    hz = np.geomspace(mask.limits[0][0], mask.limits[-1][0], 400)
    for device_id in range(500):
        curve = np.array(RandomHandset(device_id, name).curve)
        least, greatest = mask.gains_db(hz, np.interp(np.log(hz), np.log(curve[:, 0]), curve[:, 1]))
        assert least + 0.99 <= greatest, device_id


@pytest.mark.parametrize("name", MASKS)
@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_the_filters_lie_inside_the_mask(name: str, rate_hz: int) -> None:
    mask = MASKS[name]
    hz = np.geomspace(mask.limits[0][0], min(mask.limits[-1][0], 0.49 * rate_hz), 60)
    for device_id in range(25):
        least, greatest = mask.gains_db(hz, _response_db(RandomHandset(device_id, name), rate_hz, hz))
        assert least <= greatest, device_id


@pytest.mark.parametrize("name", MASKS)
def test_the_ids_spread_by_about_two_decibels_and_none_is_another(name: str) -> None:
    curves = np.array([RandomHandset(device_id, name).curve for device_id in IDS])
    in_band = (curves[0, :, 0] > 300) & (curves[0, :, 0] < 3400)
    spread = curves[:, in_band, 1].std(axis=0)
    assert 1.5 < np.median(spread) < 3
    near = [np.abs(a - b).max() for k, a in enumerate(curves[:40, :, 1]) for b in curves[:k, :, 1]]
    assert min(near) > 0.5


def test_a_curve_is_smooth() -> None:
    for device_id in IDS:
        curve = np.array(RandomHandset(device_id).curve)
        inside = curve[(curve[:, 0] > 200) & (curve[:, 0] < 5000), 1]
        assert np.abs(np.diff(inside)).max() < 2.5, "dB in a twelfth of an octave"


def test_an_id_is_one_telephone_whatever_the_study_draws() -> None:
    noise = Waveform(rng_for(1).standard_normal(4000).astype(np.float32), 16000)
    one, other = (RandomHandset(7).apply(noise, rng_for(seed, "speaker")).samples for seed in (1, 2))
    assert one.tobytes() == other.tobytes()
    assert RandomHandset(7).apply(noise, rng_for(1)).samples.tobytes() != (
        RandomHandset(8).apply(noise, rng_for(1)).samples.tobytes()
    )


def test_a_mask_tells_a_response_inside_from_one_outside() -> None:
    mask = Mask(((100, 0, -np.inf), (200, 5, -5), (400, 5, -5)), ((100, 0), (400, 0)))
    hz = np.array([100, 200, 400.0])
    for response, complies in (([-10, 0, 9], True), ([-10, 0, 11], False), ([5, 0, 0], True), ([6, 0, 0], False)):
        least, greatest = mask.gains_db(hz, np.array(response, float))
        assert (least <= greatest) is complies
    upper, lower = mask.between(np.array([100 * 2**0.5, 300, 900]))
    assert upper == pytest.approx([2.5, 5, np.inf])
    assert lower == pytest.approx([-np.inf, -5, -np.inf])


@pytest.mark.parametrize(
    ("parameters", "key"),
    [({"device_id": 1.5}, "device_id"), ({"device_id": -1}, "device_id"), ({"device_id": 1, "mask": "wb"}, "mask")],
)
def test_a_telephone_that_does_not_exist_is_refused(parameters: dict[str, Any], key: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        RandomHandset.from_parameters(parameters)
    assert refusal.value.key == key

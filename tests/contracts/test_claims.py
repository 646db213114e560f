# SPDX-License-Identifier: Apache-2.0
"""Every profile is measured against what it says, and says nothing that is not measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from stresstest.claims import Claim, Instrument
from stresstest.claims.measure import Examination, examine
from stresstest.claims.whole import MEASUREMENTS
from stresstest.errors import ProfileError
from stresstest.plugins import catalogue, load
from stresstest.profiles import STAGES, Layer
from stresstest.profiles.library import Library


class Silent(Instrument):
    """Measures nothing."""

    def claims(self, kind: object) -> Iterator[Claim]:
        return iter(())


LIBRARY = Library.shipped()
EVERY = [
    (stage, name, severity)
    for stage in STAGES
    for name in LIBRARY.names(stage)
    for severity in LIBRARY.get(stage, name).severities
]


def _off(examination: Examination) -> list[str]:
    return [
        f"{c.what}: claimed {c.claimed:g} {c.unit}, measured {c.measured:g}, tolerance {c.tolerance:g}"
        for c in examination.claims
        if not c.held
    ]


@pytest.mark.parametrize(("stage", "name", "severity"), EVERY, ids=[f"{s}/{n}@{v}".rstrip("@") for s, n, v in EVERY])
def test_a_profile_measures_what_it_says(stage: str, name: str, severity: str) -> None:
    examination = examine(LIBRARY.get(stage, name), severity)
    assert examination.claims
    assert not _off(examination)
    assert not examination.uncovered


@pytest.mark.parametrize("kind", catalogue("perturbations"))
def test_every_kind_has_an_instrument(kind: str) -> None:
    assert kind in catalogue("claims")
    assert issubclass(load("claims", kind), Instrument)


def test_a_key_that_no_claim_covers_is_found() -> None:
    profile = LIBRARY.get("noise", "white")
    assert examine(profile, "").uncovered == ()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stresstest.claims.measure._instrument", lambda layer: Silent())
        found = examine(profile, "")
    assert set(found.uncovered) == {f"shaped.{key}" for key in profile.severities[""][0].parameters}
    assert not found.held


def test_a_claim_that_nothing_measures_is_refused() -> None:
    profile = replace(LIBRARY.get("noise", "white"), claims={"loudness_sone": 4.0})
    with pytest.raises(ProfileError, match=r"nothing measures the claim 'loudness_sone'.*allowed: .*l10_l90_db"):
        examine(profile, "")


def test_a_claim_about_the_whole_that_is_wrong_is_caught() -> None:
    steady = LIBRARY.get("noise", "white")
    assert _off(examine(replace(steady, claims={"l10_l90_db": 11.0}), ""))
    room = LIBRARY.get("room", "patient_room")
    [severity] = room.severities
    assert _off(examine(replace(room, claims={"rt60_s": 1.0}), severity))
    two = (steady.severities[""][0], Layer("tone", {"f0_hz": 1000}, level_db=-6))
    assert not _off(examine(replace(steady, severities={"": two}), ""))


def test_every_measurement_of_a_whole_can_be_named() -> None:
    assert set(MEASUREMENTS) >= {"l10_l90_db", "rt60_s", "drr_db"}

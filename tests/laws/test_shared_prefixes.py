# SPDX-License-Identifier: Apache-2.0
"""Laws of rendering many conditions: bytes depend on neither order nor company, shared prefixes are rendered once."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_paths import POOL, RATE, path_of, study_of
from small_studies import speechlike

from stresstest.conditions import Condition, ConditionGrid
from stresstest.engine.render import SignalPath, UtterancePath
from stresstest.perturbations.babble import Babble
from stresstest.perturbations.exponential_room import ExponentialRoom
from stresstest.perturbations.g711 import G711
from stresstest.perturbations.pitch_tempo import PitchTempo
from stresstest.perturbations.response import Response
from stresstest.perturbations.shaped import Shaped
from stresstest.perturbations.tone import Tone

MANY = (
    "noise=ward_babble/snr_db=10",
    "noise=ward_babble/snr_db=0",
    "noise=infusion_alarm/snr_db=5",
    "voice=stress_2",
    "voice=passthrough/noise=white/snr_db=5",
    "room=patient_room/noise=white/snr_db=5/device=irs_handset/channel=packet_loss_5",
    "device=cheap_headset/channel=gsm_full_rate",
)


def digest(path: UtterancePath, label: str) -> str:
    return path.render(Condition.parse(label), 8000).wave.pcm16_sha256()


@functools.cache
def digests() -> dict[str, str]:
    """Each condition rendered by itself, as if there were no other."""
    return {label: digest(path_of(study_of(label), speechlike(0.7, RATE, 2)), label) for label in MANY}


@given(order=st.permutations(MANY), count=st.integers(1, len(MANY)))
@settings(max_examples=12, deadline=None)
def test_bytes_depend_neither_on_the_order_nor_on_which_other_conditions_there_are(
    order: Sequence[str], count: int
) -> None:
    path = path_of(study_of(*sorted(order[:count])), speechlike(0.7, RATE, 2))
    assert {label: digest(path, label) for label in order[:count]} == {
        label: digests()[label] for label in order[:count]
    }
    assert len(set(digests().values())) == len(MANY)


@given(order=st.permutations(["voice", "room", "noise", "snr_db", "device", "channel"]))
@settings(max_examples=5, deadline=None)
def test_the_order_of_keys_never_changes_the_audio(order: list[str]) -> None:
    label = "voice=stress_2/room=patient_room/noise=white/snr_db=5/device=irs_handset/channel=g711_ulaw"
    pairs = dict(part.split("=") for part in label.split("/"))
    (_, condition) = ConditionGrid.from_axes({axis: [pairs[axis]] for axis in order})
    assert digest(path_of(study_of(label)), condition.label) == _in_path_order(label)


@functools.cache
def _in_path_order(label: str) -> str:
    return digest(path_of(study_of(label)), label)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the real kinds are called."""
    counter: Counter[str] = Counter()

    def counted(kind: type, method: str) -> None:
        real = getattr(kind, method)

        def call(self: Any, *given: Any) -> Any:
            counter[kind.__name__] += 1
            return real(self, *given)

        monkeypatch.setattr(kind, method, call)

    for kind in (PitchTempo, Response, G711):
        counted(kind, "apply")
    for source in (Babble, Shaped, Tone):
        counted(source, "generate")
    counted(ExponentialRoom, "response")
    return counter


def test_shared_prefixes_are_rendered_once(calls: Counter[str]) -> None:
    """2 voices × 2 rooms × 3 noises × 4 SNRs × a handset × a line: 48 conditions and clean, for two utterances."""
    grid = ConditionGrid.from_axes(
        {
            "voice": ["pitch_up_fast", "pitch_down_slow"],
            "room": ["patient_room", "corridor"],
            "noise": ["ward_babble", "white", "mains_hum"],
            "snr_db": [20, 10, 5, 0],
            "device": ["irs_handset"],
            "channel": ["g711_ulaw"],
        }
    )
    study = study_of(*(c.label for c in grid))
    path = SignalPath(study, lambda: POOL)
    for key in ("u1", "u2"):
        utterance = UtterancePath(path, speechlike(0.5, RATE, 3), key, 0)
        for condition in grid:
            utterance.render(condition, 8000)
    voices, rooms, noises, snrs, utterances = 2, 2, 3, 4, 2
    speech_paths, noise_paths, leaves = voices * rooms, voices * noises, voices * rooms * noises * snrs
    assert len(grid) == leaves + 1
    assert calls == {
        "PitchTempo": utterances * voices,
        "ExponentialRoom": rooms,
        "Babble": utterances * voices,
        "Shaped": utterances * voices,
        "Tone": utterances * voices,
        "Response": utterances * (speech_paths + noise_paths + leaves),
        "G711": utterances * leaves,
    }

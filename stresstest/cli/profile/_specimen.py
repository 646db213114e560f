# SPDX-License-Identifier: Apache-2.0
"""A study of one condition and something to say in it, for listening."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from stresstest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stresstest.conditions import Condition
    from stresstest.corpora import Utterance
    from stresstest.engine.render import SignalPath, UtterancePath
    from stresstest.profiles import Layer
    from stresstest.study import Study


def condition_of(axes: list[str]) -> Condition:
    """The condition that AXIS=VALUE arguments describe. Raises ConfigError."""
    from stresstest.conditions import Condition

    for pair in axes:
        if "=" not in pair:
            raise ConfigError(f"A condition is given as AXIS=VALUE, for example noise=ward_babble; got {pair!r}.")
    return Condition.from_mapping(dict(pair.split("=", 1) for pair in axes))


def study_of(conditions: Sequence[Condition], profiles: Path | None, rate_hz: int | None = None) -> Study:
    """The study with these conditions, rendered at `rate_hz` (default: the configured rate)."""
    from stresstest.config import compose

    extra = ",".join("{" + ",".join(f"{axis}: {value}" for axis, value in c.path) + "}" for c in conditions)
    folder = [f"profiles={profiles}"] if profiles else []
    rate = [f"render.rate_hz={rate_hz}"] if rate_hz is not None else []
    return compose("grid=clean", f"grid.extra=[{extra}]", *folder, *rate).study


def as_listed(study: Study) -> Study:
    """The study with every voice profile as it lists its numbers, where speakers differ by default."""

    def listed(layer: Layer) -> Layer:
        spread = {"spread": False} if layer.parameters.get("spread") else {}
        return replace(layer, parameters={**layer.parameters, **spread})

    profiles = {
        key: replace(profile, severities={s: tuple(map(listed, x)) for s, x in profile.severities.items()})
        for key, profile in study.profiles.items()
    }
    return replace(study, profiles=profiles)


def signal_path(study: Study) -> SignalPath:
    """The signal path of a study, with the study's pool of babble."""
    from stresstest.engine.babble import babble_pool
    from stresstest.engine.render import SignalPath

    return SignalPath(study, lambda: babble_pool(study))


def path_of(
    condition: Condition,
    profiles: Path | None,
    speech: Path | None = None,
    rate_hz: int | None = None,
    speaker: str | None = None,
) -> UtterancePath:
    """The signal path of `speech` (default: an order) with what `condition` names.

    A voice changes as its profile lists it, or as one `speaker` shows it.
    """
    study, utterance = study_of([condition], profiles, rate_hz), utterance_of(speech)
    if speaker is None:
        return signal_path(as_listed(study)).of(utterance)
    return signal_path(study).of(replace(utterance, speaker=speaker))


def utterance_of(speech: Path | None) -> Utterance:
    """The recording `speech`, or the first order of the embedded corpus."""
    from stresstest.corpora import Utterance
    from stresstest.corpora.ward_orders import specimen

    if speech is not None:
        return Utterance(speech.stem, speech, "(not transcribed)", "someone", "unknown")
    return specimen()

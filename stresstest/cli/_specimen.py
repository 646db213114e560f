# SPDX-License-Identifier: Apache-2.0
"""A study of one condition and something to say in it, for listening."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stresstest.errors import ConfigError

if TYPE_CHECKING:
    from stresstest.conditions import Condition
    from stresstest.corpora import Utterance
    from stresstest.study import Study


def condition_of(axes: list[str]) -> Condition:
    """The condition that AXIS=VALUE arguments describe. Raises ConfigError."""
    from stresstest.conditions import Condition

    for pair in axes:
        if "=" not in pair:
            raise ConfigError(f"A condition is given as AXIS=VALUE, for example noise=ward_babble; got {pair!r}.")
    return Condition.from_mapping(dict(pair.split("=", 1) for pair in axes))


def study_of(condition: Condition, profiles: Path | None) -> Study:
    """The study with this condition."""
    from stresstest.config import compose

    extra = ",".join(f"{axis}: {value}" for axis, value in condition.path)
    folder = [f"profiles={profiles}"] if profiles else []
    return compose("grid=clean", f"grid.extra=[{{{extra}}}]", *folder).study


def utterance_of(study: Study, speech: Path | None) -> Utterance:
    """The recording `speech`, or the first order of the embedded corpus."""
    from stresstest.corpora import Corpus, Utterance
    from stresstest.engine.components import construct

    if speech is not None:
        return Utterance(speech.stem, speech, "(not transcribed)", "someone", "unknown")
    return construct(study.corpus, Corpus).utterances()[0]  # type: ignore[type-abstract]

# SPDX-License-Identifier: Apache-2.0
"""From a name to an object: only what it should be, with only the options it has."""

from __future__ import annotations

import pytest
from odd_recognizers import Loudness

from stresstest.corpora import Corpus
from stresstest.engine.components import construct
from stresstest.engine.executors import Executor
from stresstest.engine.executors.local import Local
from stresstest.errors import ConfigError
from stresstest.recognizers import Recognizer
from stresstest.study import Component


def test_a_component_is_made_with_its_options() -> None:
    assert construct(Component("odd_recognizers.Loudness", {"stretches": 3}), Recognizer) == Loudness(3)
    assert construct(Component("stresstest.engine.executors.local.Local", {"workers": 2}), Executor) == Local(2)


@pytest.mark.parametrize(
    ("target", "options", "says"),
    [
        ("odd_recognizers.Loudness", {"stretchs": 3}, "takes no option 'stretchs'; allowed: stretches .*did you mean"),
        ("odd_recognizers.Nothing", {}, r"cannot be imported .*give package\.module\.Class"),
        ("nothing.at.all.Here", {}, "cannot be imported"),
        ("Loudness", {}, "cannot be imported"),
        ("odd_recognizers.WORDS", {}, "is no class"),
        ("stresstest.corpora.manifest.check", {}, "is no class"),
        ("stresstest.corpora.manifest.Manifest", {}, "Manifest is no Recognizer; it must subclass stresstest.recogn"),
    ],
)
def test_what_is_no_component_is_refused(target: str, options: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        construct(Component(target, options), Recognizer)


def test_a_missing_option_is_named() -> None:
    with pytest.raises(ConfigError, match=r"Manifest cannot be made from \{\}: .*missing .*'path'"):
        construct(Component("stresstest.corpora.manifest.Manifest", {}), Corpus)

# SPDX-License-Identifier: Apache-2.0
"""Speakers that are no persons: said where the corpus declares them, suspected where nobody speaks twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from stresstest.disparity.tally import Tally

MARK = "pseudo-speakers: "
"""What the method of an interval begins with where the speakers behind it are no persons."""

SUSPECT = 20
"""From so many speakers on it is odd that each of them has one utterance."""


def marked(document: Mapping[str, Any], declared: str | None) -> dict[str, Any]:
    """The document with `pseudo_speakers`: null, or what the corpus declares; then every interval is marked as such.

    `unit` of the methods becomes `pseudo-speaker`, methods of intervals begin with MARK, and a warning says first what
    follows: a cell of several people varies less than a person, and a person in several cells counts as several.
    """
    if not declared:
        return {**document, "pseudo_speakers": None}
    warning = (
        "No interval, test or verdict here is over people: the corpus has no speaker ids. Cells of several people "
        "differ less than people do, and utterances of one person may be taken for several people's: intervals may be "
        "too narrow, and a verdict of within or exceeds is indicative only."
    )
    methods = dict(document["methods"])
    methods["unit"] = "pseudo-speaker"
    for key in [key for key in methods if key.endswith("_interval")]:
        methods[key] = MARK + str(methods[key])
    return {
        **_each_interval(document),
        "methods": methods,
        "pseudo_speakers": declared,
        "warnings": [warning, *document["warnings"]],
    }


def _each_interval(value: Any) -> Any:
    """The value with `pseudo` beside every `low` and `high`, and methods of intervals marked, at any depth."""
    if isinstance(value, list | tuple):
        return [_each_interval(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    made = {key: _each_interval(item) for key, item in value.items()}
    if made.get("interval_method"):
        made["interval_method"] = MARK + made["interval_method"]
    if isinstance(made.get("low"), int | float) and isinstance(made.get("high"), int | float):
        made["pseudo"] = True
    return made


def one_utterance_each(tallies: Mapping[str, Tally]) -> Iterator[str]:
    """A warning where no speaker has two utterances: the speakers may be utterances under another name."""
    for tally in tallies.values():
        cube = tally.cube
        pairs = np.char.add(np.char.add(cube.accents, "\x1f"), cube.speakers)
        speakers, utterances = np.unique(pairs).size, np.unique(cube.utterances).size
        if speakers >= SUSPECT and speakers == utterances:
            yield (
                f"Each of the {speakers} speakers has one utterance. If the speaker column holds ids of utterances, "
                "one person counts as many, every interval is too narrow, and a test finds a gap that is not there in "
                "up to four of ten studies. Give ids of persons."
            )

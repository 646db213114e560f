# SPDX-License-Identifier: Apache-2.0
"""The claims that the study declares, judged together by the bounds in the file, Holm's adjustment over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stresstest.disparity.claim_texts import parse_claim
from stresstest.disparity.claim_verdicts import judge
from stresstest.disparity.document import plain
from stresstest.study import Study

Entry = dict[str, Any]


def claim_entries(
    study: Study, cells: Sequence[Mapping[str, Any]], withheld: Sequence[Mapping[str, Any]] = ()
) -> list[Entry]:
    """For each claim and recognizer of the cells: `claim`, `outcome`, `p_adjusted` and `reason`.

    A claim about a group that is withheld has not enough data; one about a group that is absent raises ConfigError.
    """
    if not study.claims or not cells:
        return []
    scenes = [{"name": scene.name, "condition": scene.condition.label} for scene in study.scenes]
    written = [parse_claim(claim.text) for claim in study.claims]
    return [
        {
            "claim": found.claim.text,
            "recognizer": found.recognizer,
            "outcome": found.outcome,
            "p_adjusted": found.p_adjusted,
            "reason": found.reason,
        }
        for found in judge(written, plain({"cells": cells, "scenes": scenes, "withheld": withheld}))
    ]

# SPDX-License-Identifier: Apache-2.0
"""One utterance on the signal path of a study, without files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from small_studies import speechlike, study_over

from stresstest.audio import Waveform
from stresstest.engine.render import SignalPath, UtterancePath
from stresstest.study import RenderOptions, Study

RATE = 16000
SPEECH = speechlike(1.5, RATE, 1)
POOL = [speechlike(4, RATE, 100 + k) for k in range(8)]


def study_of(*labels: str, render: dict[str, Any] | None = None, **changes: Any) -> Study:
    wanted = dict.fromkeys(["clean", *labels])
    return study_over(Path("unused"), labels=list(wanted), render=RenderOptions(**(render or {})), **changes)


def path_of(study: Study, speech: Waveform = SPEECH, key: str = "u1", rep: int = 0) -> UtterancePath:
    return UtterancePath(SignalPath(study, lambda: POOL), speech, key, rep)

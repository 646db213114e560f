# SPDX-License-Identifier: Apache-2.0
"""The frozen question: what is spoken, by whom, under which conditions, to which recognizer, judged how.

question.py   Study itself
parts.py      what it is put together from
secrets.py    options that look like secrets
"""

from stresstest.study.parts import Component, RenderOptions, Tolerance
from stresstest.study.question import PACE_OPTIONS, SCORING_KEYS, UNKNOWN, Study
from stresstest.study.secrets import REDACTED, SECRET, redacted, without_secrets

__all__ = [
    "PACE_OPTIONS",
    "REDACTED",
    "SCORING_KEYS",
    "SECRET",
    "UNKNOWN",
    "Component",
    "RenderOptions",
    "Study",
    "Tolerance",
    "redacted",
    "without_secrets",
]

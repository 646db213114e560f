# SPDX-License-Identifier: Apache-2.0
"""Names and texts written from right to left, set apart so that they do not turn what stands beside them around."""

from __future__ import annotations

import re

RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
"""Blocks of Hebrew, Arabic, Syriac, Thaana, N'Ko, Adlam and their neighbors (Unicode 15)."""

RUN = re.compile(rf"[{RIGHT_TO_LEFT}](?:[ '\u2019-]*[{RIGHT_TO_LEFT}])*")
"""Words of such a script with spaces between them; a comma ends a run, for it may belong to a list of names."""


def set_apart(text: str, before: str, after: str) -> str:
    """The text with `before` and `after` around each run.

    >>> set_apart("worst: עברית, then us", "<bdi>", "</bdi>")
    'worst: <bdi>עברית</bdi>, then us'
    """
    return RUN.sub(lambda match: f"{before}{match[0]}{after}", text)

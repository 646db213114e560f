# SPDX-License-Identifier: Apache-2.0
"""Hesitations that may be left out before words are counted: hmm, uh, um, erm, eh, ah and their longer spellings."""

from __future__ import annotations

import re

FILLER = "h+m+|mm+|mhm+|u+h+m*|u+m+|e+rm+|e+h+|a+h+"
"""A regular expression of one filler, lower case.

Whisper's own list lacks uhm, erm, eh and ah; in meetings hmm, uh, eh and ah are about 5 % of the reference's words
(NOTSOFAR-1 challenge, pull request 27). `er` is not among them: on a ward it is the emergency room. Nor is `oh`,
which is how the digit 0 is spoken.
"""

NUMBER = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|half|point"
)
"""Words after which `mm` is a unit of length and no hesitation; so it is after a digit."""

_FILLER = re.compile(FILLER)
_NUMBER = re.compile(rf"{NUMBER}|.*\d")
_ANY = re.compile(rf"\b(?:{FILLER})\b")


def has_fillers(text: str) -> bool:
    """Whether the text, in lower or upper case, holds what may be a filler."""
    return _ANY.search(text.lower()) is not None


def without_fillers(text: str) -> str:
    """A normalized text without its fillers; `mm` stays behind a number.

    >>> without_fillers("um give hmm five mm")
    'give five mm'
    """
    words = text.split()
    previous = ["", *words]
    kept = (w for w, p in zip(words, previous, strict=False) if not _FILLER.fullmatch(w) or _is_unit(w, p))
    return " ".join(kept)


def _is_unit(word: str, previous: str) -> bool:
    return word == "mm" and _NUMBER.fullmatch(previous) is not None

# SPDX-License-Identifier: Apache-2.0
"""Repetition loops: a decoder that says the same words over and over, which nobody said."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

COMPRESSION = 2.4
"""Text that zlib makes so many times smaller is a loop: Whisper's own rule (openai/whisper, transcribe.py,
compression_ratio_threshold)."""
TIMES, RUN_WORDS, LONGEST = 4, 8, 8
"""Or a phrase of up to LONGEST words, TIMES on end or more, in a run of RUN_WORDS words or more that is at least half
of the text: short loops, which zlib's own overhead hides. Ours; `nine nine nine` is no loop yet."""

UNSPACED = 40
"""Characters from which on a word may be a text of a script without spaces."""


def is_loop(words: Sequence[str]) -> bool:
    """Whether a text, given as its words, repeats itself as only a decoder does.

    >>> is_loop("take the blue one take the blue one take the blue one take the blue one".split())
    True
    >>> is_loop("three nine nine nine two".split())
    False
    """
    few = len(words) < RUN_WORDS or len(set(words)) * 2 > len(words)
    if few and max(map(len, words), default=0) < UNSPACED:
        return False  # most words are said once, and none is a text without spaces
    text = " ".join(words).encode()
    return len(text) > COMPRESSION * len(zlib.compress(text)) or _longest_run(words) >= max(RUN_WORDS, len(words) / 2)


def looped(hypothesis: Sequence[str], reference: Sequence[str]) -> bool:
    """Whether an answer is a loop that the reference is not, both as words."""
    return is_loop(hypothesis) and not is_loop(reference)


def _longest_run(words: Sequence[str]) -> int:
    """Words in the longest stretch that is one phrase at least TIMES on end."""
    best = 0
    for size in range(1, min(LONGEST, len(words) // TIMES) + 1):
        same = 0
        for k in range(size, len(words)):
            same = same + 1 if words[k] == words[k - size] else 0
            if same >= (TIMES - 1) * size:
                best = max(best, same + size)
    return best

# SPDX-License-Identifier: Apache-2.0
"""How hard texts are to recognize as far as the text alone can say: their length and how rare their words are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LENGTHS = ("short", "middling", "long")
RARITIES = ("common words", "rare words")

RARE_SHARE = 0.25
"""The quarter of the running words that occur in the fewest texts are rare, ties included."""


def strata(texts: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Names of the strata of texts, and the stratum of each text, (texts,).

    Length in words by thirds of the distinct texts; rare words by whether a text has a larger share of them than half
    of the texts of its length. A word's frequency is the number of distinct texts it occurs in, so that a text that
    many speakers read makes none of its words frequent. Ties stay together, so that strata may be empty.
    """
    distinct = sorted(set(texts))
    words = [text.split() for text in distinct]
    long = np.array([len(w) for w in words], np.float64)
    length = _above(long, (1 / 3, 2 / 3))
    rare = _rare_shares(words)
    rarity = np.zeros(len(distinct), np.int64)
    for third in np.unique(length):
        here = length == third
        rarity[here] = _above(rare[here], (0.5,))
    codes = dict(zip(distinct, (length * len(RARITIES) + rarity).tolist(), strict=True))
    names = tuple(f"{long}, {rare}" for long in LENGTHS for rare in RARITIES)
    return names, np.array([codes[text] for text in texts], np.int64)


def _rare_shares(texts: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """The share of rare words in each text; 0 for a text without words."""
    frequency = Counter(word for text in texts for word in set(text))
    running = np.array([frequency[word] for text in texts for word in text], np.float64)
    if not running.size:
        return np.zeros(len(texts))
    most = np.quantile(running, RARE_SHARE, method="inverted_cdf")
    return np.array([sum(frequency[w] <= most for w in text) / max(1, len(text)) for text in texts])


def _above(values: NDArray[np.float64], shares: Sequence[float]) -> NDArray[np.int64]:
    """How many of the quantiles at `shares` a value exceeds; equal values are in one class."""
    edges = np.quantile(values, shares, method="inverted_cdf") if values.size else np.empty(len(shares))
    return np.asarray((values[:, None] > edges).sum(axis=1), np.int64)

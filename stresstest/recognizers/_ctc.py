# SPDX-License-Identifier: Apache-2.0
"""Greedy decoding of connectionist temporal classification (Graves et al. 2006), with words, times and posteriors."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.recognizers.base import Word

BEGINS = "▁"
"""How SentencePiece marks a piece that begins a word."""


@dataclass(frozen=True, slots=True)
class Emitted:
    """A label, the frames that it spans (`last` included), and its largest posterior there."""

    label: int
    first: int
    last: int
    posterior: float


def greedy(posteriors: NDArray[np.floating], blank: int) -> list[Emitted]:
    """The best label of every frame, repeats merged, blanks dropped. posteriors: shape (frames, labels), 0 to 1."""
    return along(posteriors.argmax(axis=1), posteriors, blank) if posteriors.size else []


def along(best: NDArray[np.integer], posteriors: NDArray[np.floating], blank: int) -> list[Emitted]:
    """What a path emits: one label a frame, shape (frames,), repeats merged, blanks dropped."""
    edges = [0, *(np.flatnonzero(np.diff(best)) + 1).tolist(), best.size]
    runs = itertools.pairwise(edges)
    return [Emitted(int(best[a]), a, b - 1, float(posteriors[a:b, best[a]].max())) for a, b in runs if best[a] != blank]


def words_of(emitted: Sequence[Emitted], labels: Sequence[str], separator: str, frame_s: float) -> tuple[Word, ...]:
    """Words between separators, or from pieces that begin with BEGINS; frame_s: seconds from frame to frame."""
    return tuple(_word(one, labels, frame_s) for one in _grouped(emitted, labels, separator))


def _grouped(emitted: Iterable[Emitted], labels: Sequence[str], separator: str) -> list[list[Emitted]]:
    groups: list[list[Emitted]] = [[]]
    for one in emitted:
        if labels[one.label] == separator:
            groups.append([])
        elif labels[one.label].startswith(BEGINS):
            groups.append([one])
        else:
            groups[-1].append(one)
    return [group for group in groups if "".join(labels[one.label] for one in group).strip(BEGINS)]


def _word(group: Sequence[Emitted], labels: Sequence[str], frame_s: float) -> Word:
    text = "".join(labels[one.label] for one in group).replace(BEGINS, "")
    sure = float(np.mean([one.posterior for one in group]))
    return Word(text, round(group[0].first * frame_s, 3), round((group[-1].last + 1) * frame_s, 3), rounded(sure))


def confidence_of(emitted: Sequence[Emitted]) -> float | None:
    """Mean posterior of what was emitted; None where nothing was."""
    return rounded(float(np.mean([one.posterior for one in emitted]))) if emitted else None


def rounded(confidence: float) -> float:
    """To four digits: what is behind them differs with the size of a batch and with the processor."""
    return round(min(1.0, max(0.0, confidence)), 4)

# SPDX-License-Identifier: Apache-2.0
"""What else differs between speakers: columns that a regression holds equal while it compares groups."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stresstest.disparity.tally import Tally
from stresstest.results import Results
from stresstest.statistics import MIN_SPEAKERS

FloatArray = NDArray[np.float64]

LENGTH = "words an utterance"
MOST_LEVELS = 6
SPEAKERS_A_COLUMN = 10
"""Ten independent units a coefficient, the rule of thumb of Peduzzi et al. (1996); speakers are the units."""
MISSING = "(not given)"
OTHER = "(other)"


@dataclass(frozen=True, slots=True, eq=False)
class Covariates:
    """Columns by speaker, (speakers of the tally's table, columns), their names, and what is left out and why."""

    columns: FloatArray
    names: tuple[str, ...]
    left_out: tuple[Mapping[str, Any], ...]


def covariates(results: Results, tally: Tally) -> Covariates:
    """The speakers' words an utterance, as a logarithm, and each stratum of the corpus that can serve.

    A stratum serves where it is the same in all utterances of a speaker, varies within a group, and has numbers or at
    most MOST_LEVELS values that at least 5 speakers share (the others are one value); and where SPEAKERS_A_COLUMN
    speakers stand behind each column.
    """
    codes = _speaker_of_item(tally)
    found: list[tuple[str, FloatArray]] = []
    refused: list[Mapping[str, Any]] = []
    offers: list[tuple[str, FloatArray | str]] = [(LENGTH, _length(tally, codes))]
    offers += [(name, _stratum(name, results, tally, codes)) for name in results.strata]
    free = len(tally.table.speakers) // SPEAKERS_A_COLUMN
    for name, offer in offers:
        if isinstance(offer, str):
            refused.append({"covariate": name, "reason": offer})
        elif not offer.size or offer.std() == 0:
            continue
        elif offer.shape[1] > free:
            reason = f"fewer than {SPEAKERS_A_COLUMN} speakers would stand behind each column"
            refused.append({"covariate": name, "reason": reason})
        else:
            found.append((name, offer))
            free -= offer.shape[1]
    columns = np.concatenate([c for _, c in found], 1) if found else np.empty((len(tally.table.speakers), 0))
    return Covariates(columns, tuple(n for n, _ in found), tuple(refused))


def _speaker_of_item(tally: Tally) -> NDArray[np.int64]:
    """For each item of the cube the row of its speaker in the tally's table."""
    row = {key: k for k, key in enumerate(tally.table.speakers)}
    pairs = zip(tally.cube.accents.tolist(), tally.cube.speakers.tolist(), strict=True)
    return np.array([row[f"{accent}\x1f{speaker}"] for accent, speaker in pairs], np.int64)


def _length(tally: Tally, codes: NDArray[np.int64]) -> FloatArray:
    """The logarithm of the words of a scored decode, centered; 0 for a speaker of whom none is scored."""
    words, decodes = tally.table.words.sum(axis=1), np.zeros(len(tally.table.speakers))
    np.add.at(decodes, codes, tally.cube.ok.sum(axis=0))
    heard = words > 0
    length = np.zeros((words.size, 1))
    length[heard, 0] = np.log(words[heard] / decodes[heard])
    length[heard] -= length[heard].mean() if heard.any() else 0.0
    return length.round(12)


def _stratum(name: str, results: Results, tally: Tally, codes: NDArray[np.int64]) -> FloatArray | str:
    """The columns of a stratum, or why it cannot serve; no column where all speakers are alike."""
    encoded = results.table["utterance"].combine_chunks().dictionary_encode()
    first = np.unique(encoded.indices.to_numpy(), return_index=True)[1]
    value_of = dict(zip(encoded.dictionary.to_pylist(), results.table[name].take(first).to_pylist(), strict=True))
    held: dict[int, set[str]] = {}
    for code, utterance in zip(codes.tolist(), tally.cube.utterances.tolist(), strict=True):
        held.setdefault(code, set()).add(value_of[utterance] or MISSING)
    if any(len(values) > 1 for values in held.values()):
        return "it differs between the utterances of a speaker"
    levels = [next(iter(held[k])) for k in range(len(held))]
    if len(set(levels)) < 2:
        return np.empty((len(levels), 0))
    if len(set(zip(tally.table.groups, levels, strict=True))) == len(tally.names):
        return "each group has one value only, so that it cannot be told from the group"
    return _coded(levels)


def _coded(levels: Sequence[str]) -> FloatArray | str:
    numbers = [_number(level) for level in levels]
    if len(set(levels)) > MOST_LEVELS and all(number is not None for number in numbers):
        return np.array([numbers], np.float64).T
    sizes = Counter(levels)
    merged = [level if sizes[level] >= MIN_SPEAKERS else OTHER for level in levels]
    kept = sorted(set(merged), key=lambda level: (-merged.count(level), level))
    if len(kept) > MOST_LEVELS:
        return f"it has more than {MOST_LEVELS} values"
    if len(kept) < 2 or merged.count(kept[-1]) < MIN_SPEAKERS:
        return f"fewer than {MIN_SPEAKERS} speakers differ from the others"
    return np.array([[float(level == other) for other in kept[1:]] for level in merged])


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None

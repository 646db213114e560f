# SPDX-License-Identifier: Apache-2.0
"""Who reads what: prompts and strata of texts behind the items of a tally."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stresstest.disparity.tally import Tally
from stresstest.results import Results
from stresstest.seeds import rng_for
from stresstest.statistics import MIN_SPEAKERS
from stresstest.statistics.mixes import mix_shift
from stresstest.text.difficulty import strata

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Reading:
    """The items of a tally with codes of prompt and stratum, of the groups that are judged.

    mix: the mean of the groups' mixes, 0 in a stratum where one of them has fewer than two speakers; support: how much
    of the words that leaves. shift and p_value: as `mix_shift` gives them. pairs: for each item the code of its
    (speaker, prompt), in which draws of the noise are added; first: an item of each.
    """

    groups: tuple[str, ...]
    judged: NDArray[np.bool_]
    speakers: Codes
    prompts: Codes
    names: tuple[str, ...]
    strata: Codes
    shares: dict[str, NDArray[np.float64]]
    mix: NDArray[np.float64]
    support: float
    shift: float
    p_value: float
    pairs: Codes
    first: Codes


def reading(results: Results, tally: Tally, seed: int) -> Reading | None:
    """Who reads what, from the normalized references; None with fewer than two groups of five speakers."""
    cube, recognizer = tally.cube, results.names("recognizer")[0]
    pairs = np.char.add(np.char.add(cube.accents, "\x1f"), cube.speakers)
    speakers = np.unique(pairs, return_inverse=True)[1].astype(np.int64)
    sizes = {name: np.unique(speakers[cube.accents == name]).size for name in tally.names}
    groups = tuple(name for name, size in sizes.items() if size >= MIN_SPEAKERS)
    if len(groups) < 2:
        return None
    texts_of = _texts(results, recognizer)
    texts = [texts_of.get(u, "") for u in cube.utterances.tolist()]
    names, stratum = strata(texts)
    words = np.where(cube.present, cube.words, 0).max(axis=0).astype(np.float64)
    judged = np.isin(cube.accents, groups)
    tables = {g: np.bincount(stratum, words * (cube.accents == g), len(names)) for g in groups}
    shares = {g: table / max(table.sum(), 1.0) for g, table in tables.items()}
    heard = words > 0
    held = np.array(
        [all(np.unique(speakers[(cube.accents == g) & (stratum == s) & heard]).size > 1 for g in groups)
         for s in range(len(names))]
    )  # fmt: skip
    pooled = np.mean(list(shares.values()), axis=0) * held
    support = float(pooled.sum())
    mix = pooled / support if support else pooled
    prompts = _prompts(texts, speakers, cube.utterances, cube.reps)
    rng = rng_for(seed, "disparity", "texts")
    apart = mix_shift(*_amounts(words, speakers, stratum, cube.accents, groups), rng)
    return Reading(
        groups, judged, speakers, prompts, names, stratum, shares, mix, support, *apart, *_pairs(speakers, prompts)
    )


def _pairs(speakers: Codes, prompts: Codes) -> tuple[Codes, Codes]:
    """For each item the code of its speaker and prompt, and one item of each code."""
    keys = speakers * (int(prompts.max()) + 1) + prompts
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    return codes.astype(np.int64), first.astype(np.int64)


def _amounts(
    words: NDArray[np.float64], speakers: Codes, stratum: Codes, accents: NDArray[np.str_], groups: tuple[str, ...]
) -> tuple[NDArray[np.float64], Codes]:
    """Words of each judged speaker in each stratum, and the code of the speaker's group."""
    judged = np.isin(accents, groups)
    people, first, who = np.unique(speakers[judged], return_index=True, return_inverse=True)
    width = int(stratum.max()) + 1
    amounts = np.bincount(who * width + stratum[judged], words[judged], people.size * width)
    index = {name: code for code, name in enumerate(groups)}
    codes = np.array([index[name] for name in accents[judged][first].tolist()], np.int64)
    return amounts.reshape(people.size, width).astype(np.float64), codes


def _texts(results: Results, recognizer: str) -> dict[str, str]:
    """The normalized reference of each utterance, of whichever condition has it first."""
    label = results.names("condition")[0]
    some = results.where(recognizer=recognizer, condition=label).table
    columns = (some[name].to_pylist() for name in ("utterance", "reference_normalized", "reference"))
    return {u: " ".join((n if n is not None else r or "").casefold().split()) for u, n, r in zip(*columns, strict=True)}


def _prompts(texts: list[str], speakers: Codes, utterances: NDArray[np.str_], reps: Codes) -> Codes:
    """A code for each text and the how-manieth time, by utterance, that its speaker reads it; draws share theirs."""
    times: dict[tuple[int, str], dict[str, int]] = {}
    keys = []
    for k in np.lexsort((reps, utterances)).tolist():
        own = times.setdefault((int(speakers[k]), texts[k]), {})
        keys.append((k, f"{texts[k]}#{own.setdefault(str(utterances[k]), len(own))}"))
    ordered = [key for _, key in sorted(keys)]
    return np.unique(ordered, return_inverse=True)[1].astype(np.int64)

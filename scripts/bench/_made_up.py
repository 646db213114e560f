# SPDX-License-Identifier: Apache-2.0
"""A made-up run of any size: a study of 200 conditions, transcripts with errors, counts as scoring gives them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stresstest.conditions import CLEAN, Condition, ConditionGrid
from stresstest.profiles import STAGES, Profile
from stresstest.results import BEFORE_STRATA, COUNTS, DECODED, SCORED, Results, schema
from stresstest.seeds import rng_for
from stresstest.study import Component, Study
from stresstest.text import count_edits_batch

ACCENTS, SPEAKERS, CONDITIONS = 10, 50, 200
NOISES, SNRS = 19, tuple(range(-5, 45, 5))
WORDS, PROMPTS = 10, 720
VOCABULARY = [
    *(
        "please",
        "check",
        "blood",
        "pressure",
        "patient",
        "in",
        "bed",
        "four",
        "give",
        "two",
        "tablets",
        "after",
        "lunch",
    ),
    *("call", "doctor", "about", "pain", "left", "arm", "we", "need", "more", "fluids", "before", "surgery", "noon"),
    *(
        "tomorrow",
        "morning",
        "temperature",
        "was",
        "high",
        "all",
        "night",
        "change",
        "dressing",
        "right",
        "leg",
        "turn",
    ),
]


def study() -> Study:
    """Clean, 19 noises at 10 SNRs, 7 devices, and a voice with its control: 200 conditions."""
    noisy = [Condition(noise=f"noise_{n}", snr_db=s) for n, s in product(range(NOISES), SNRS)]
    rest = [Condition(device=f"device_{d}") for d in range(7)]
    voices = [Condition(voice="passthrough"), Condition(voice="tired")]
    conditions = [CLEAN, *noisy, *rest, *voices]
    names = dict.fromkeys((s, str(v)) for c in conditions for s, v in c.path if s in STAGES)
    return Study(
        name="made up",
        question="How long does it take?",
        seed=1,
        corpus=Component("none"),
        recognizers={"made_up": Component("none")},
        grid=ConditionGrid(tuple(conditions)),
        profiles={f"{stage}/{name}": _profile(stage, name) for stage, name in names},
    )


def _profile(stage: str, name: str) -> Profile:
    control = "passthrough" if name == "tired" else None
    return Profile(name, stage, "", "archetype", "", "", {"": ()}, "", control=control)


def results(utterances: int = 10, speakers: int = SPEAKERS) -> Results:
    """One row for each of 10 accents × speakers × utterances × 200 conditions, clean first."""
    asked = list(study().grid)
    people, cells = ACCENTS * speakers, len(asked) * ACCENTS * speakers * utterances
    texts = transcripts()
    wrong = _wrong(asked, people, utterances)
    prompt = np.tile(np.arange(people * utterances) % PROMPTS, len(asked))
    version = rng_for(1, "bench version").integers(0, 2, cells)
    pair = (prompt * (WORDS + 1) + wrong) * 2 + version
    of_speaker = np.tile(np.repeat(np.arange(people), utterances), len(asked))
    of_condition = np.repeat(np.arange(len(asked)), people * utterances)
    columns = {
        "recognizer": _filled("made_up", cells), "recognizer_revision": _filled("1", cells),
        "condition": _taken([c.label for c in asked], of_condition),
        "rep": np.zeros(cells, np.int32),
        "utterance": _taken([f"s{k // utterances}/u{k % utterances}" for k in range(people * utterances)],
                            np.tile(np.arange(people * utterances), len(asked))),
        "speaker": _taken([f"s{k}" for k in range(people)], of_speaker),
        "accent": _taken([f"accent_{a}" for a in range(ACCENTS)], of_speaker // speakers),
        "status": _filled("ok", cells), "audio_seconds": np.full(cells, 3.0), "decode_seconds": np.full(cells, 0.1),
        **{axis: _taken([getattr(c, axis) for c in asked], of_condition)
           for axis in BEFORE_STRATA if hasattr(asked[0], axis)},
        "words": np.full(cells, WORDS, np.int32),
        **{n: texts.counts[pair, k].astype(np.int32) for k, n in enumerate(COUNTS)},
        **{n: _taken(texts.references, prompt) for n in ("reference", "reference_normalized")},
        **{n: _taken(texts.hypotheses, pair) for n in ("hypothesis", "hypothesis_normalized")},
    }  # fmt: skip
    types = {**BEFORE_STRATA, **DECODED, **SCORED}
    arrays = [columns.get(n, pa.nulls(cells, types[n])) for n in schema(()).names]
    return Results(pa.table([pa.array(a, t) if isinstance(a, np.ndarray) else a.cast(t)
                             for a, t in zip(arrays, schema(()).types, strict=True)], schema=schema(())))  # fmt: skip


class Texts:
    """Prompts, and for each prompt and number of wrong words two transcripts with their counts."""

    def __init__(self, references: list[str], hypotheses: list[str]) -> None:
        self.references, self.hypotheses = references, hypotheses
        each = len(hypotheses) // len(references)
        self.counts = count_edits_batch([r for r in references for _ in range(each)], hypotheses)


def transcripts(prompts: int = PROMPTS) -> Texts:
    """Text k of the hypotheses: prompt k // 22, (k % 22) // 2 of its 10 words wrong."""
    rng = rng_for(1, "bench texts")
    references, hypotheses = [], []
    for _ in range(prompts):
        words = rng.choice(VOCABULARY, WORDS).tolist()
        references.append(" ".join(words))
        hypotheses += [misheard(words, wrong, rng) for wrong in range(WORDS + 1) for _ in range(2)]
    return Texts(references, hypotheses)


def misheard(words: list[str], wrong: int, rng: np.random.Generator) -> str:
    """The words with this many of them substituted, left out, or followed by another."""
    heard = list(words)
    for place in rng.choice(len(words), wrong, replace=False).tolist():
        other = str(rng.choice(VOCABULARY))
        heard[place] = (other, "", f"{words[place]} {other}")[int(rng.integers(3))]
    return " ".join(" ".join(heard).split())


def _wrong(asked: list[Condition], people: int, utterances: int) -> NDArray[np.int64]:
    """How many words of each cell are wrong: more for some accents, for some speakers, and the closer the noise."""
    rng = rng_for(1, "bench errors")
    own = np.repeat(
        rng.gamma(6.0, 1 / 6, people) * np.repeat(1 + 0.1 * np.arange(ACCENTS), people // ACCENTS), utterances
    )
    hard = np.array([0.08 if c.snr_db is None else 0.06 + 0.8 / (1 + np.exp(0.25 * (c.snr_db - 2))) for c in asked])
    found: NDArray[np.int64] = rng.binomial(WORDS, np.minimum(0.98, np.outer(hard, own))).ravel()
    return found


def _filled(value: str, cells: int) -> pa.Array:
    return _taken([value], np.zeros(cells, np.int64))


def _taken(values: list[str | float | None], codes: NDArray[np.int64]) -> pa.Array:
    return pa.array(values).take(pa.array(codes))

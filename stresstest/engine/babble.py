# SPDX-License-Identifier: Apache-2.0
"""The pool of talkers behind a babble: nobody under test, and as many of each accent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.audio.files import read, resample
from stresstest.audio.levels import active_speech_level
from stresstest.corpora import Corpus, Utterance
from stresstest.engine.components import construct
from stresstest.errors import CorpusError
from stresstest.seeds import rng_for
from stresstest.study import Study

LEVEL_DBOV = -26.0

Talkers = Mapping[tuple[str, str], Sequence[Utterance]]
"""(accent, speaker) → what that speaker says."""


def babble_pool(study: Study) -> list[Waveform]:
    """The talkers of the study's babble at its working rate: for each, all utterances in a row.

    Each utterance is at -26 dBov active speech level. Raises CorpusError when the study names no babble corpus.
    """
    if study.babble is None:
        raise CorpusError(
            "The study has a babble noise but no babble corpus; set corpus@babble=ward_visitors, or "
            "corpus@babble=manifest and babble.path=FILE."
        )
    return [_speech(said, study.render.rate_hz) for said in balanced(_talkers(study), study.seed).values()]


def balanced(talkers: Talkers, seed: int) -> Talkers:
    """As many talkers of every accent as the smallest has, the same choice for every noise of a seed.

    Babble masks speech of its own accent more than other speech, so its accents must not favor a group.
    """
    accents: dict[str, list[tuple[str, str]]] = {}
    for who in sorted(talkers):
        accents.setdefault(who[0], []).append(who)
    least = min(map(len, accents.values()), default=0)
    kept = [
        people[k] for accent, people in accents.items()
        for k in sorted(rng_for(seed, "babble pool", accent).permutation(len(people))[:least])
    ]  # fmt: skip
    return {who: talkers[who] for who in kept}


def check_babble(study: Study, tested: Sequence[Utterance]) -> None:
    """Babble never holds a speaker under test. Raises CorpusError."""
    if study.babble is None:
        return
    both = sorted({speaker for _, speaker in _talkers(study)} & {u.speaker for u in tested})
    if both:
        raise CorpusError(
            f"The babble corpus holds speakers under test: {', '.join(both[:5])} ({len(both)} in all). Babble is made "
            "of other people's speech; give another corpus: corpus@babble=ward_visitors, or corpus@babble=manifest and "
            "babble.path=FILE."
        )


def describe_babble(study: Study) -> dict[str, Any] | None:
    """How many talkers of each accent the pool holds, and how many the balance leaves out; None without babble."""
    if study.babble is None:
        return None
    everybody = _talkers(study)
    kept = balanced(everybody, study.seed)
    accents = [accent for accent, _ in kept]
    return {
        "talkers": {accent: accents.count(accent) for accent in dict.fromkeys(accents)},
        "left_out": len(everybody) - len(kept),
    }


def _talkers(study: Study) -> dict[tuple[str, str], list[Utterance]]:
    assert study.babble is not None
    talkers: dict[tuple[str, str], list[Utterance]] = {}
    for utterance in construct(study.babble, Corpus).utterances():  # type: ignore[type-abstract]
        talkers.setdefault((utterance.accent, utterance.speaker), []).append(utterance)
    return talkers


def _speech(said: Sequence[Utterance], rate_hz: int) -> Waveform:
    parts = []
    for utterance in said:
        wave = resample(read(utterance.audio, utterance.start, utterance.end), rate_hz)
        parts.append(wave.scaled_db(LEVEL_DBOV - active_speech_level(wave).dbov).samples)
    return Waveform(np.concatenate(parts), rate_hz)

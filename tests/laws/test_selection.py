# SPDX-License-Identifier: Apache-2.0
"""Laws of the selection that every corpus shares."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from stresstest.corpora import Selection, Utterance
from stresstest.corpora.selection import select


@st.composite
def corpora(draw: st.DrawFn) -> list[Utterance]:
    """One to four accents of one to five speakers, each with one to six utterances of one to nine words."""
    result = []
    for accent in "abcd"[: draw(st.integers(1, 4))]:
        for speaker in range(draw(st.integers(1, 5))):
            for take, words in enumerate(draw(st.lists(st.integers(1, 9), min_size=1, max_size=6))):
                name = f"{accent}{speaker}"
                result.append(Utterance(f"{name}-{take}", Path("x.wav"), " ".join(["w"] * words), name, accent))
    return result


def words_by_accent(utterances: list[Utterance]) -> Counter[str]:
    total: Counter[str] = Counter()
    for u in utterances:
        total[u.accent] += len(u.text.split())
    return total


SELECTIONS = st.builds(
    Selection,
    max_utterances_per_speaker=st.none() | st.integers(1, 7),
    balance=st.sampled_from([None, "speakers", "words"]),
    seed=st.integers(0, 99),
)


@given(corpora(), SELECTIONS, st.randoms(use_true_random=False))
def test_the_order_of_the_corpus_does_not_matter(corpus, selection, random) -> None:
    shuffled = random.sample(corpus, len(corpus))
    assert select(shuffled, selection) == select(corpus, selection)


@given(corpora(), st.integers(1, 6), st.integers(0, 99))
def test_a_higher_cap_keeps_the_earlier_choice(corpus, cap, seed) -> None:
    fewer = select(corpus, Selection(max_utterances_per_speaker=cap, seed=seed))
    more = select(corpus, Selection(max_utterances_per_speaker=cap + 1, seed=seed))
    available = Counter(u.speaker for u in corpus)
    assert {u.id for u in fewer} <= {u.id for u in more}
    assert Counter(u.speaker for u in fewer) == {s: min(cap, n) for s, n in available.items()}


@given(corpora(), SELECTIONS)
def test_balanced_speakers_are_as_many_in_every_group(corpus, selection) -> None:
    chosen = select(corpus, replace(selection, balance="speakers"))
    speakers = Counter(accent for accent, _ in {(u.accent, u.speaker) for u in chosen})
    every = Counter(accent for accent, _ in {(u.accent, u.speaker) for u in corpus})
    assert speakers == dict.fromkeys(every, min(every.values()))


@given(corpora(), SELECTIONS)
def test_balanced_words_pass_the_smallest_group_by_less_than_an_utterance(corpus, selection) -> None:
    available = words_by_accent(select(corpus, replace(selection, balance=None)))
    chosen = select(corpus, replace(selection, balance="words"))
    longest = max(len(u.text.split()) for u in corpus)
    least = min(available.values())
    assert set(words_by_accent(chosen)) == set(available)
    assert all(least <= words < least + longest for words in words_by_accent(chosen).values())


@given(corpora(), st.integers(1, 5))
def test_small_groups_are_dropped_and_no_other(corpus, least) -> None:
    every = Counter(accent for accent, _ in {(u.accent, u.speaker) for u in corpus})
    kept = {accent for accent, number in every.items() if number >= least}
    if kept:
        assert {u.accent for u in select(corpus, Selection(min_speakers=least))} == kept

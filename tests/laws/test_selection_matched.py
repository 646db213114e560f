# SPDX-License-Identifier: Apache-2.0
"""Laws of a choice that makes groups alike: by texts, by strata, by labels; and of halves that share no speaker."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stresstest.corpora import Selection, Utterance
from stresstest.corpora.selection import select, told
from stresstest.errors import CorpusError

CAPS = st.none() | st.integers(1, 5)


@st.composite
def readers(draw: st.DrawFn) -> list[Utterance]:
    """Two or three accents of one to six speakers, who read some of seven texts, some of them twice."""
    result = []
    for accent in "abc"[: draw(st.integers(2, 3))]:
        for speaker in range(draw(st.integers(1, 6))):
            name, strata = (
                f"{accent}{speaker}",
                {"gender": draw(st.sampled_from("fm")), "age": draw(st.sampled_from("yo"))},
            )
            for take, text in enumerate(draw(st.lists(st.sampled_from("tuvwxyz"), min_size=1, max_size=8))):
                result.append(Utterance(f"{name}-{take}", Path("x.wav"), text, name, accent, strata))
    return result


def speakers(utterances: list[Utterance], *columns: str) -> Counter[tuple[str, ...]]:
    found = {(u.speaker, (u.accent, *(u.strata[c] for c in columns))) for u in utterances}
    return Counter(what for _, what in found)


@given(readers(), CAPS, CAPS, st.integers(0, 99), st.randoms(use_true_random=False))
def test_matched_prompts_are_read_equally_often_in_every_group(corpus, cap, most, seed, random) -> None:
    selection = Selection(balance="prompts", max_utterances_per_speaker=cap, max_speakers=most, seed=seed)
    try:
        chosen = select(corpus, selection)
    except CorpusError:
        assume(False)
    assert select(random.sample(corpus, len(corpus)), selection) == chosen
    accents = {u.accent for u in corpus}
    read = Counter((u.prompt, u.accent) for u in chosen)
    assert all(read[p, a] == read[p, b] > 0 for p, _ in read for a in accents for b in accents)
    assert all(number <= (cap or 99) for number in Counter((u.accent, u.speaker) for u in chosen).values())
    assert all(number <= (most or 99) for number in speakers(chosen).values())


@given(readers())
def test_without_caps_no_text_that_every_group_has_read_is_left_out(corpus) -> None:
    everything = select(corpus, Selection())
    accents = {u.accent for u in corpus}
    own = [{u.prompt for u in everything if u.accent == accent} for accent in accents]
    shared = set.intersection(*own)
    assume(shared)
    assert {u.prompt for u in select(corpus, Selection(balance="prompts"))} == shared


@given(readers(), CAPS, st.integers(0, 99))
def test_balanced_and_stratified_speakers_are_composed_alike(corpus, most, seed) -> None:
    columns = ("gender", "age")
    selection = Selection(balance="speakers", stratify=columns, max_speakers=most, seed=seed)
    every, accents = speakers(corpus, *columns), {u.accent for u in corpus}
    kinds = {kind for _, *kind in map(list, every) for kind in [tuple(kind)]}
    least = {kind: min(every[(a, *kind)] for a in accents) for kind in kinds}
    if not any(least.values()):
        with pytest.raises(CorpusError, match="no combination of gender, age"):
            select(corpus, selection)
        return
    found = speakers(select(corpus, selection), *columns)
    first = min(accents)
    assert all(found[(a, *kind)] == found[(first, *kind)] <= least[kind] for a in accents for kind in kinds)
    if most is None:
        assert all(found[(first, *kind)] == least[kind] for kind in kinds)


@given(readers(), st.integers(1, 5), st.sampled_from([None, ("gender",)]), st.integers(0, 99))
def test_more_speakers_keep_the_earlier_ones_and_strata_take_turns(corpus, most, columns, seed) -> None:
    fewer = select(corpus, Selection(max_speakers=most, stratify=columns, seed=seed))
    more = select(corpus, Selection(max_speakers=most + 1, stratify=columns, seed=seed))
    assert {u.id for u in fewer} <= {u.id for u in more}
    if columns:
        have, all_of = speakers(fewer, "gender"), speakers(corpus, "gender")
        for accent in {u.accent for u in corpus}:
            f, m = have[accent, "f"], have[accent, "m"]
            assert abs(f - m) <= 1 or min(f, m) == min(all_of[accent, "f"], all_of[accent, "m"])


@given(readers(), st.integers(0, 99))
def test_the_partitions_share_no_speaker_under_any_seed_and_make_the_whole(corpus, seed) -> None:
    halves = []
    for number, name in enumerate(("dev", "test")):
        try:
            halves.append(select(corpus, Selection(partition=name, seed=seed + number)))
        except CorpusError:
            halves.append([])
    assert not {u.speaker for u in halves[0]} & {u.speaker for u in halves[1]}
    assert {u.id for half in halves for u in half} == {u.id for u in corpus}


@given(readers(), st.integers(0, 99))
def test_labels_merge_as_if_the_corpus_had_said_so(corpus, seed) -> None:
    given = {"accents": {"ab": ["a", "b"]}, "drop": {"too few": ["c"]}}
    merged = [replace(u, accent="ab") for u in corpus if u.accent in "ab"]
    chosen = select(corpus, Selection(labels=given, seed=seed))
    assert chosen == select(merged, Selection(seed=seed))
    said = told(corpus, Selection(labels=given, seed=seed), chosen)
    assert said[0] == "Accents from labels: ab from a, b."
    dropped = sum(u.accent == "c" for u in corpus)
    assert (f"Utterances whose label is dropped: {dropped} (too few)." in said) == (dropped > 0)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ({"accents": {"x": ["a"]}}, r"no place for 2 of 3 labels .utterances.: 'c' .2., 'b' .1.\. Put each"),
        ({"accents": {"x": ["a", "b"], "y": ["c", "a"]}}, "'a' twice, under 'x' and 'y'"),
        ({"accents": {"x": "a"}}, r"corpus\.labels\.accents\.x takes a list of labels; got 'a'"),
        ({"accents": {"x": [False]}}, "Put them in quotes"),
        ({"accent": {"x": ["a"]}}, "no key 'accent'; allowed: accents, drop .did you mean 'accents'"),
        (["a"], "takes the keys accents and drop"),
    ],
)
def test_a_map_that_leaves_labels_out_or_is_none_is_refused(labels: object, says: str) -> None:
    corpus = [Utterance(f"u{n}", Path("x.wav"), "t", f"s{n}", accent) for n, accent in enumerate("abcc")]
    with pytest.raises(CorpusError, match=says):
        select(corpus, Selection(labels=labels))  # type: ignore[arg-type]


def test_strata_that_speakers_do_not_have_or_change_are_refused() -> None:
    corpus = [Utterance(f"u{n}", Path("x.wav"), "t", "s", "a", {"room": str(n)}) for n in range(2)]
    with pytest.raises(CorpusError, match=r"no column 'rom'; allowed: room"):
        select(corpus, Selection(stratify=("rom",)))
    with pytest.raises(CorpusError, match=r"speaker 's' has several values of 'room' \(0, 1\)"):
        select(corpus, Selection(stratify=("room",)))

# SPDX-License-Identifier: Apache-2.0
"""The pool of babble: as many talkers of each accent, and the same for every accent under test."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from small_studies import study_over, write_corpus

from stresstest.corpora import Utterance
from stresstest.engine.babble import babble_pool, balanced, describe_babble
from stresstest.study import Component


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 6), min_size=1), st.integers(0, 3))
def test_every_accent_gives_as_many_talkers_as_the_smallest(sizes: dict[str, int], seed: int) -> None:
    talkers = {
        (accent, f"{accent}{k}"): [Utterance(f"{accent}{k}", Path("x.wav"), "t", f"{accent}{k}", accent)]
        for accent, size in sizes.items()
        for k in range(size)
    }
    kept = balanced(talkers, seed)
    assert Counter(accent for accent, _ in kept) == dict.fromkeys(sizes, min(sizes.values()))
    assert kept == balanced(dict(reversed(talkers.items())), seed), "the order of the corpus means nothing"
    assert all(talkers[who] == said for who, said in kept.items())


def test_the_pool_of_a_study_is_balanced_and_described(tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path, speakers=3, utterances=1)
    rows = manifest.read_text(encoding="utf-8").splitlines()
    assert len(rows) == 7
    lopsided = tmp_path / "lopsided.csv"
    lopsided.write_text("\n".join(rows[:6]) + "\n", encoding="utf-8")
    study = study_over(manifest)
    babble = Component("stresstest.corpora.manifest.Manifest", {"path": str(lopsided)})
    noisy = replace(study, babble=babble)
    assert describe_babble(noisy) == {"talkers": {"a": 2, "b": 2}, "left_out": 1}
    assert len(babble_pool(noisy)) == 4
    assert describe_babble(study) is None

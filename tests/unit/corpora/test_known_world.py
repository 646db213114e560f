# SPDX-License-Identifier: Apache-2.0
from collections import Counter
from pathlib import Path

import pytest

from stresstest.audio import files
from stresstest.corpora.known_world import WORDS, KnownWorld, sound_file
from stresstest.errors import CorpusError
from stresstest.text.normalizers import NORMALIZERS, normalizer


def test_it_has_the_speakers_that_were_asked_for_and_they_read_the_same() -> None:
    found = KnownWorld({"north": 3, "south": 1}, utterances_per_speaker=2, words=7).utterances()
    assert Counter(u.accent for u in found) == {"north": 6, "south": 2}
    texts = {s: [u.text for u in found if u.speaker == s] for s in {u.speaker for u in found}}
    assert len({tuple(t) for t in texts.values()}) == 1
    assert {len(u.text.split()) for u in found} == {7}


@pytest.mark.parametrize("name", sorted(NORMALIZERS))
def test_no_normalizer_changes_its_words(name: str) -> None:
    assert normalizer(name)(" ".join(WORDS)).split() == list(WORDS)


def test_the_sound_is_made_once_and_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESSTEST_CACHE", str(tmp_path))
    made = sound_file()
    first = made.read_bytes()
    assert sound_file().samefile(made)
    made.unlink()
    assert sound_file().read_bytes() == first
    assert files.probe(made).seconds == 0.5


@pytest.mark.parametrize(
    "options", [{"accents": {}}, {"accents": {"north": 0}}, {"words": "7"}, {"utterances_per_speaker": 10**7}]
)
def test_a_world_that_cannot_be_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(CorpusError, match="known_world"):
        KnownWorld(**options)  # type: ignore[arg-type]

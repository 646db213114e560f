# SPDX-License-Identifier: Apache-2.0
import jiwer
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.corpora.known_world import WORDS
from stresstest.errors import ConfigError
from stresstest.plugins import catalogue, load
from stresstest.recognizers import Cell, Failure, ToldRecognizer, Transcript
from stresstest.recognizers.known_truth import MADE_UP, KnownTruth, misheard
from stresstest.text.alignment import count_edits
from stresstest.text.normalizers import NORMALIZERS, normalizer


def cell(
    utterance: str = "u1", speaker: str = "s1", accent: str = "north", snr_db: float | None = 0.0, rep: int = 0
) -> Cell:
    path: dict[str, str | float] = {} if snr_db is None else {"noise": "speech_shaped", "snr_db": snr_db}
    label = "/".join(f"{k}={v}" for k, v in path.items()) or "clean"
    return Cell(" ".join(WORDS[:10]), utterance, speaker, accent, label, path, rep)


@st.composite
def transcripts(draw: st.DrawFn) -> tuple[list[str], list[int]]:
    """A reference, words repeated at will, and counts that a transcript of it can have."""
    words = draw(st.lists(st.sampled_from(WORDS[:4]), max_size=12))
    wrong = draw(st.integers(0, len(words)))
    inserted = draw(st.integers(0, 6))
    deleted = 0 if inserted else draw(st.integers(0, wrong))
    return words, [len(words) - wrong, wrong - deleted, deleted, inserted]


@settings(deadline=None, max_examples=300)
@given(transcripts(), st.integers(0, 2**32))
def test_scoring_finds_exactly_what_was_drawn(wanted: tuple[list[str], list[int]], seed: int) -> None:
    """By our alignment and by jiwer's, which know nothing of each other's ties."""
    words, counts = wanted
    heard = misheard(words, counts, np.random.default_rng(seed))
    assert list(count_edits(words, heard)) == counts
    if words:
        found = jiwer.process_words(" ".join(words), " ".join(heard))
        assert [found.hits, found.substitutions, found.deletions, found.insertions] == counts


def test_a_deletion_beside_an_insertion_is_refused_since_an_alignment_sees_a_substitution() -> None:
    with pytest.raises(ValueError, match="No transcript"):
        misheard(["one", "two"], [1, 0, 1, 1], np.random.default_rng(0))


@pytest.mark.parametrize("name", sorted(NORMALIZERS))
def test_no_normalizer_changes_what_is_misheard(name: str) -> None:
    assert [normalizer(name)(word) for word in MADE_UP] == list(MADE_UP)
    assert normalizer(name)(" ".join(MADE_UP)).split() == list(MADE_UP)


def test_an_answer_depends_on_the_names_of_the_cell_and_the_seed() -> None:
    one = KnownTruth()
    cells = [cell(), cell("u2"), cell(speaker="s2"), cell(accent="south"), cell(rep=1), cell(snr_db=-10.0)]
    answers = [one.answer(c) for c in cells]
    assert [KnownTruth().answer(c) for c in cells[::-1]][::-1] == answers
    assert len(set(answers)) == len(answers)
    assert KnownTruth(seed=1).answer(cell()) != answers[0]


def test_a_speaker_is_as_good_under_every_condition() -> None:
    """The factors that are drawn anew in each condition apart, which are small."""
    made = KnownTruth(law={"response_cv": 0.0})
    factors = {made.factor("north", "s1", label) for label in ("clean", "noise=car/snr_db=0")}
    assert len(factors) == 1
    assert made.factor("north", "s2", "clean") not in factors


def test_rates_come_out_as_the_truth_says() -> None:
    made = KnownTruth(groups={"south": {"threshold_db": 6, "speaker_cv": 0.2}}, law={"speaker_cv": 0.2})
    for accent in ("north", "south"):
        cells = [cell(f"u{u}", f"s{s}", accent) for s in range(200) for u in range(5)]
        counts = np.array([count_edits(c.reference.split(), text_of(made, c)) for c in cells])
        by_speaker = counts[:, 1:].sum(axis=1).reshape(200, 5).sum(axis=1) / 50
        error = by_speaker.std() / np.sqrt(200)
        assert by_speaker.mean() == pytest.approx(made.truth(accent, cells[0].path), abs=4 * error)
    assert made.truth("south", cells[0].path) - made.truth("north", cells[0].path) > 0.2


def text_of(made: KnownTruth, told: Cell) -> list[str]:
    answer = made.answer(told)
    assert isinstance(answer, Transcript)
    return answer.text.split()


def test_profiles_shift_and_multiply_the_curve() -> None:
    made = KnownTruth(noise_shift_db={"car": 5.0}, factors={"irs_handset": 2.0}, other_factor=1.5)
    plain = made.nominal("a", {"noise": "fan", "snr_db": 5.0})
    assert made.nominal("a", {"noise": "car", "snr_db": 10.0}) == pytest.approx(plain)
    assert made.nominal("a", {"device": "irs_handset", "channel": "opus"}) == pytest.approx(3 * made.nominal("a", {}))


def test_failures_come_at_their_rate_and_are_failures() -> None:
    made = KnownTruth(groups={"south": {"failure_rate": 0.3}})
    answers = [made.answer(cell(f"u{u}", accent="south")) for u in range(1000)]
    assert np.mean([isinstance(a, Failure) for a in answers]) == pytest.approx(0.3, abs=0.05)
    assert not any(isinstance(made.answer(cell(f"u{u}")), Failure) for u in range(100))


def test_sound_alone_is_refused_and_only_this_recognizer_is_told() -> None:
    told = [name for name in catalogue("recognizers") if issubclass(load("recognizers", name), ToldRecognizer)]
    assert told == ["known_truth"]


@pytest.mark.parametrize(
    ("options", "said"),
    [({"law": {"treshold_db": 1}}, "did you mean 'threshold_db'"),
     ({"groups": {"south": {"floor": 2}}}, "accent south"), ({"factors": {"fan": -1}}, "fan"),
     ({"other_factor": True}, "other_factor")],
)  # fmt: skip
def test_a_law_that_cannot_be_is_refused_by_name(options: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        KnownTruth(**options)  # type: ignore[arg-type]

# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresstest.audio import Waveform
from stresstest.recognizers._ctc import greedy, words_of
from stresstest.recognizers._windows import joined, windows
from stresstest.recognizers.base import Transcript, Word
from stresstest.seeds import rng_for

RATE = 1000


def wave(seconds: float) -> Waveform:
    return Waveform(0.1 * rng_for(0, "windows").standard_normal(round(seconds * RATE)).astype(np.float32), RATE)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 40), st.floats(1, 12))
def test_windows_hold_every_sample_once_and_none_is_too_long(seconds: float, longest: float) -> None:
    speech = wave(seconds)
    parts = windows(speech, longest)
    kept = np.concatenate([samples for _, samples in parts])
    assert np.array_equal(kept[: speech.samples.size], speech.samples)
    assert not kept[speech.samples.size :].any()
    assert all(samples.size <= round(longest * RATE) for _, samples in parts)
    assert [round(at * RATE) for at, _ in parts] == [0, *np.cumsum([s.size for _, s in parts])[:-1]]


def test_a_cut_is_made_where_it_is_quiet() -> None:
    samples = np.array(wave(12.0).samples)
    samples[8600:8800] = 0
    (_, first), _ = windows(Waveform(samples, RATE), 10.0)
    assert 8600 <= first.size <= 8800


def test_joined_texts_move_their_words() -> None:
    parts = [(0.0, Transcript("a", 0.5, (Word("a", 0.1, 0.2),))), (3.0, Transcript("")), (4.0, Transcript("b", 1.0))]
    assert joined(parts, 5.0) == Transcript("a b", None, (Word("a", 0.1, 0.2),))
    pair = [(0.0, Transcript("a", 0.5)), (3.0, Transcript("b", 1.0, (Word("b", 0.5, 2.0),)))]
    assert joined(pair, 4.0) == Transcript("a b", 0.625, (Word("b", 3.5, 4.0),))


def test_ctc_merges_repeats_that_no_blank_parts() -> None:
    labels = ["_", "a", "b", "|"]
    posteriors = 0.9 * np.eye(4)[[0, 1, 1, 0, 1, 2, 3, 3, 0, 2]] + 0.025
    emitted = greedy(posteriors, blank=0)
    assert "".join(labels[one.label] for one in emitted) == "aab|b"
    words = words_of(emitted, labels, "|", 0.02)
    assert [(word.text, word.start_s, word.end_s) for word in words] == [("aab", 0.02, 0.12), ("b", 0.18, 0.2)]
    assert [word.confidence for word in words] == pytest.approx([0.925, 0.925])


def test_pieces_begin_words() -> None:
    labels = ["_", "▁ba", "lo", "▁"]
    emitted = greedy(np.eye(4)[[1, 2, 0, 3, 1]], blank=0)
    assert [word.text for word in words_of(emitted, labels, " ", 0.08)] == ["balo", "ba"]

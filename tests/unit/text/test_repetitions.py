# SPDX-License-Identifier: Apache-2.0
"""Loops of a decoder are found; what people say is none."""

from __future__ import annotations

import zlib

import pytest

from stresstest.text.repetitions import COMPRESSION, is_loop, looped


@pytest.mark.parametrize(
    "text",
    ["thank you " * 4, "the nurse " * 30, "so " * 8, "well i think that you know " * 5, "ab" * 60, "謝謝觀看" * 20],
)
def test_a_loop_is_found(text: str) -> None:
    assert is_loop(text.split())
    assert not looped(text.split(), text.split()), "who really says it is no decoder"
    assert looped(text.split(), ["other", "words"])


@pytest.mark.parametrize(
    "text",
    ["", "one", "nine nine nine", "three two one zero one", "no no no no", "nine one one nine one one two two two two",
     "the cat and the dog and the bird and the fish", "give him the drug and then give her the drug", "x" * 30],
)  # fmt: skip
def test_speech_is_no_loop(text: str) -> None:
    assert not is_loop(text.split())


@pytest.mark.parametrize("times", range(1, 40))
def test_whatever_whisper_rejects_as_too_compressible_is_a_loop(times: int) -> None:
    text = " ".join(["and the patient said that"] * times)
    if len(text.encode()) > COMPRESSION * len(zlib.compress(text.encode())):
        assert is_loop(text.split())

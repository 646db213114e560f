# SPDX-License-Identifier: Apache-2.0
"""The faults of Whisper's English normalizer that are published or were met: as released, and repaired."""

import pytest

from stresstest.errors import ConfigError
from stresstest.text import normalizer

FAULTS = [
    ("Mario's castle", "mario is castle", "marios castle"),
    ("Mario’s castle", "mario s castle", "marios castle"),
    ("archaeology", "archeology</span>", "archeology"),
    ("give 3 mm of it", "give 3 of it", "give 3 millimeters of it"),
    ("three mm", "3", "3 millimeters"),
    ("at 5 o'clock", "at 50 clock", "at 5 oclock"),
    ("Nurse O'Brien", "nurse 0 brien", "nurse obrien"),
    ("$0.5", "¢5", "¢50"),
    ("uhm, yes, erm, eh, ah", "uhm yes erm eh ah", "yes"),
    ("two 1", "2 one", "21"),
]


@pytest.mark.parametrize(("text", "released", "repaired"), FAULTS)
def test_a_known_fault_is_there_as_released_and_gone_when_repaired(text: str, released: str, repaired: str) -> None:
    assert normalizer("whisper_original")(text) == released
    assert normalizer("whisper_english")(text) == repaired


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It's here, that's it, who's there", "it is here that is it who is there"),
        ("Let's go; she’s late", "let us go she is late"),
        ("the nurse's gone, he's been", "the nurse has gone he has been"),
        ("the dogs' bed is the dog's bed", "the dogs bed is the dogs bed"),
        ("the 1960's", "the 1960s"),
        ("they won't, I'd been, you've", "they will not i had been you have"),
        ("the summary of a human hum", "the summary of a human hum"),
        ("$0.05 and $0.50", "¢5 and ¢50"),
    ],
)
def test_what_is_right_stays(text: str, expected: str) -> None:
    assert normalizer("whisper_english")(text) == expected


@pytest.mark.parametrize("name", ["whisper_english", "whisper_original"])
def test_a_text_without_faults_and_fillers_reads_alike(name: str) -> None:
    text = "Give twenty milligrams, Doctor; the colour isn't grey."
    assert normalizer(name)(text) == "give 20 milligrams doctor the color is not gray"


@pytest.mark.parametrize(
    ("name", "keep", "drop"),
    [
        ("basic", "um give uh five mm hmm", "give five mm"),
        ("whisper_english", "um give uh 5 millimeters hmm", "give 5 millimeters"),
        ("whisper_original", "um give uh 5 mm hmm", "give 5"),
    ],
)
def test_fillers_are_kept_or_dropped_as_asked(name: str, keep: str, drop: str) -> None:
    text = "Um, give, uh, five mm. Hmm!"
    assert (normalizer(name, "keep")(text), normalizer(name, "drop")(text)) == (keep, drop)
    own = normalizer(name)
    assert own(text) == {"keep": keep, "drop": drop}[own.fillers]


@pytest.mark.parametrize("word", ["er", "oh", "human", "umbrella", "ahead", "mmhg", "shh", "a", "um's"])
def test_a_word_that_means_something_is_no_filler(word: str) -> None:
    assert normalizer("basic", "drop")(word) == word


@pytest.mark.parametrize("word", ["hmm", "hm", "mm", "mmm", "mhm", "uh", "uhh", "um", "umm", "uhm", "erm", "eh", "ah"])
def test_a_hesitation_is_a_filler(word: str) -> None:
    for name in ("basic", "whisper_english"):
        assert normalizer(name, "drop")(f"yes {word} now") == "yes now"


def test_other_treatments_of_fillers_are_refused() -> None:
    with pytest.raises(ConfigError, match="cannot 'mark' fillers; allowed: drop, keep"):
        normalizer("basic", "mark")

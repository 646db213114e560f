# SPDX-License-Identifier: Apache-2.0
"""Normalizers: what each does to known sentences, and how an unknown name is refused."""

import pickle
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stresstest.errors import ConfigError
from stresstest.text import NORMALIZERS, normalizer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Give 5 mg, now!", "give 5 mg now"),
        ("don’t STOP", "don't stop"),
        ("'quoted' words' end", "quoted words end"),
        ("  tabs\tand\nlines ", "tabs and lines"),
        ("— … !", ""),
        ("ＷＡＲＤ ﬁve", "ward five"),
        ("Straße", "strasse"),
        ("snake_case well-known", "snake case well known"),
        ("नमस्ते दुनिया", "नमस्ते दुनिया"),
    ],
)
def test_basic_on_known_text(text: str, expected: str) -> None:
    assert normalizer("basic")(text) == expected


@given(st.text() | st.text(st.characters(codec="ascii")))
def test_basic_is_what_it_says_character_by_character(text: str) -> None:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join("'" if c in "'\u2018\u2019\u02bc\uff07" else c for c in folded)
    kept = "".join(c if c == "'" or unicodedata.category(c)[0] in "LMN" else " " for c in plain)
    stripped = [word.strip("'") for word in kept.split()]
    assert normalizer("basic")(text) == " ".join(word for word in stripped if word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The colour, hmm, isn't grey.", "the color is not gray"),
        ("eight eight five", "885"),
        ("Give twenty milligrams to bed three", "give 20 milligrams to bed 3"),
        ("[noise] (laughs)", ""),
    ],
)
def test_whisper_english_on_known_text(text: str, expected: str) -> None:
    assert normalizer("whisper_english")(text) == expected


def test_an_unknown_name_is_refused_with_the_allowed_ones() -> None:
    with pytest.raises(ConfigError, match=r"no normalizer 'whisper_englsh'.*basic.*did you mean 'whisper_english'"):
        normalizer("whisper_englsh")


@pytest.mark.parametrize("name", NORMALIZERS)
def test_a_normalizer_says_its_version_and_survives_a_process_boundary(name: str) -> None:
    original = normalizer(name)
    copy = pickle.loads(pickle.dumps(original))
    assert copy.signature == original.signature == f"{name} {original.version}"
    assert any(character.isdigit() for character in original.version)
    assert copy("Ward TWO") == original("Ward TWO")


def test_the_whisper_library_is_imported_only_when_it_is_applied() -> None:
    code = (
        "import sys; from stresstest.text import normalizer; n = normalizer('whisper_english'); "
        "assert 'whisper_normalizer' not in sys.modules; n('a'); assert 'whisper_normalizer' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

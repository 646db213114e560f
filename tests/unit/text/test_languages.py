# SPDX-License-Identifier: Apache-2.0
"""Other languages and scripts: what is the same text, and what is counted."""

from __future__ import annotations

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stresstest.errors import ConfigError
from stresstest.text import count_edits, normalizer
from stresstest.text.languages import language, parsed

SAME = {
    "tr": [("IŞIK İÇİN", "ışık için"), ("DİYARBAKIR", "diyarbakır")],
    "az": [("QIZIL", "qızıl")],
    "de": [("Straße, „GROẞ“!", "strasse groß")],
    "fr": [("L’ÉTÉ — déjà", "l'été déjà")],
    "el": [("ΟΔΟΣ", "οδος")],
    "uk": [("П\u02bcЯТЬ", "п'ять")],
    "ar": [("مـــرحبا، بك", "مرحبا بك"), ("ﻣﺮﺣﺒﺎ", "مرحبا")],
    "fa": [("می\u200cروم.", "میروم")],
    "hi": [("क्‍या?", "क्या")],
    "ja": [("ﾃﾞｰﾀ。", "データ")],
    "vi": [("TIE\u0302\u0301NG VIE\u0323\u0302T", "tiếng việt")],
}
OTHER = {
    "tr": [("ısı", "isi")],
    "en": [("I", "ı")],
    "fr": [("pêche", "péché"), ("ou", "où")],
    "ar": [("مُدَرِّس", "مدرس")],
    "hi": [("कि", "की")],
}


@pytest.mark.parametrize(("tag", "pair"), [(tag, pair) for tag, pairs in SAME.items() for pair in pairs])
def test_writings_of_one_text_are_equal(tag: str, pair: tuple[str, str]) -> None:
    one, other = map(normalizer(f"language:{tag}"), pair)
    assert one == other != ""


@pytest.mark.parametrize(("tag", "pair"), [(tag, pair) for tag, pairs in OTHER.items() for pair in pairs])
def test_diacritics_tell_words_apart(tag: str, pair: tuple[str, str]) -> None:
    one, other = map(normalizer(f"language:{tag}"), pair)
    assert one != other


def test_vowel_marks_of_arabic_and_hebrew_go_where_asked_and_no_others() -> None:
    assert normalizer("language:ar,marks=drop")("مُدَرِّسٌ") == "مدرس"
    assert normalizer("language:he,marks=drop")("שָׁלוֹם") == "שלום"
    for tag, text in (("hi", "की कि"), ("th", "ที่นี่"), ("vi", "tiếng việt")):
        with_marks, without = (
            normalizer(f"language:{tag},unit=word"),
            normalizer(f"language:{tag},unit=word,marks=drop"),
        )
        assert with_marks(text) == without(text) == text


@given(st.text("你好世界病人需要水ct ，。1", max_size=20), st.text("你好世界病人需要水ct ，。1", max_size=20))
def test_characters_are_counted_as_jiwer_counts_them(reference: str, hypothesis: str) -> None:
    made = normalizer("language:zh")
    assert made.unit == "character"
    said, heard = (made(text).split() for text in (reference, hypothesis))
    counts = count_edits(said, heard)
    if said:
        found = jiwer.process_characters("".join(said), "".join(heard))
        assert counts == (found.hits, found.substitutions, found.deletions, found.insertions)


@given(
    st.text(max_size=30), st.sampled_from(["tr", "ar,marks=drop", "zh", "en", "fr,variants=ou bien>ou", "ja,unit=word"])
)
def test_a_normalized_text_stays_as_it_is(text: str, name: str) -> None:
    made = normalizer(f"language:{name}")
    once = made(text)
    assert made(once) == once
    assert once == " ".join(once.split())


def test_variants_are_whole_words_and_the_longest_goes_first() -> None:
    given = {"color": ["colour"], "21": ["twenty one", "Twenty-One!"], "20": ["twenty"], "ok": ["okay"]}
    made = normalizer(language("en", variants=given).name)
    assert made("Twenty-one colours, OKAY; twenty COLOUR") == "21 colours ok 20 color"
    chinese = normalizer(language("zh", variants={"台": ["臺"], "2": ["二", "两"]}).name)
    assert chinese("两个臺") == "2 个 台"


@given(
    st.sampled_from(["tr", "zh", "ar", "pt-BR"]), st.sampled_from([None, "word", "character"]),
    st.sampled_from(["keep", "drop"]),
    st.dictionaries(st.sampled_from("abc"), st.lists(st.sampled_from("xyz"), max_size=1)),
)  # fmt: skip
def test_a_name_says_everything(tag, unit, marks, variants) -> None:
    if len({x for xs in variants.values() for x in xs}) < sum(map(len, variants.values())):
        return
    how = language(tag, unit, marks, variants)
    assert parsed(how.name) == how
    assert normalizer(how.name).name == how.name


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("language:", "takes a language tag"),
        ("language:tr,units=word", "cannot be read"),
        ("language:tr,unit=letter", r"normalizer\.unit is 'letter'; allowed: character, word"),
        ("language:tr,marks=no", r"normalizer\.marks is 'no'"),
        ("language:tr,variants=a", "variants that cannot be read"),
        ("language:en,variants=a>b|b>c", "is a spelling and another one's variant"),
        ("language:en,variants=!>b", "stands for nothing"),
        ("turkish", "There is no normalizer 'turkish'"),
    ],
)
def test_what_is_no_normalizer_is_refused(name: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        normalizer(name)

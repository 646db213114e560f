# SPDX-License-Identifier: Apache-2.0
"""A profile as data: the round trip loses nothing, the digest follows the sound, a stranger's bytes do no harm."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stresstest.errors import ProfileError
from stresstest.profiles import Layer, Profile
from stresstest.profiles.document import Block, read_document
from stresstest.profiles.library import from_mapping, to_mapping
from stresstest.profiles.mapping import digest_of

WORDS = st.text("abcdefgh_", min_size=1, max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.floats(-1e6, 1e6) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
LAYERS = st.builds(
    Layer,
    kind=WORDS,
    parameters=st.dictionaries(WORDS.filter(lambda w: w != "file"), VALUES, max_size=4),
    path=st.sampled_from(["speech", "noise", "mixture"]),
    level_db=st.floats(-60, 60),
)
PROFILES = st.builds(
    Profile,
    name=WORDS,
    stage=st.sampled_from(["voice", "noise", "device"]),
    summary=st.text(),
    provenance=st.just("archetype"),
    source=st.text(),
    license=st.text(),
    severities=st.dictionaries(WORDS, st.lists(LAYERS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3),
    digest=WORDS,
    control=st.none() | WORDS,
    snr_reference=st.sampled_from(["on", "long_term"]),
)


@given(PROFILES)
def test_a_profile_comes_back_from_json_as_it_was(profile: Profile) -> None:
    back = from_mapping(json.loads(json.dumps(to_mapping(profile))))
    assert back == profile
    assert list(back.severities) == list(profile.severities)


@given(PROFILES, st.floats(0.01, 9))
def test_the_digest_changes_with_a_level_and_with_nothing_unheard(profile: Profile, step: float) -> None:
    def digest(p: Profile) -> str:
        return digest_of(p.stage, p.severities, p.snr_reference)

    name, layers = next(iter(profile.severities.items()))
    louder = (replace(layers[0], level_db=layers[0].level_db + step), *layers[1:])
    assert digest(from_mapping(to_mapping(profile))) == digest(profile)
    assert digest(replace(profile, severities={**profile.severities, name: louder})) != digest(profile)


@given(st.binary(max_size=300) | st.text("{}[]&*!-: ab1\n#|>'\"", max_size=120).map(str.encode))
def test_any_bytes_are_a_mapping_or_a_profile_error(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.yaml"
        file.write_bytes(content)
        try:
            outcome = type(read_document(file))
        except ProfileError as error:
            outcome = type(error)
        assert outcome in (Block, ProfileError)


@given(PROFILES, st.data())
def test_a_stored_profile_that_lacks_a_key_is_refused(profile: Profile, data: st.DataObject) -> None:
    mapping = to_mapping(profile)
    del mapping[data.draw(st.sampled_from(["name", "stage", "severities", "digest", "source"]))]
    with pytest.raises(ProfileError, match="incomplete or malformed"):
        from_mapping(mapping)

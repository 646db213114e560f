# SPDX-License-Identifier: Apache-2.0
"""A stranger's profile is safe to open: data only, bounded, no file outside its folder, and one kind of error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stresstest.audio import Waveform
from stresstest.audio.files import write
from stresstest.conditions import layers_of
from stresstest.errors import ParameterError, ProfileError
from stresstest.perturbations.audiomentations import Audiomentations
from stresstest.places import data_folder
from stresstest.profiles import STAGES, Profile
from stresstest.profiles.findings import examine
from stresstest.profiles.library import Library
from stresstest.profiles.reading import read_profile

PROSE = "summary: s\nprovenance: archetype\nsource: s\nlicense: Apache-2.0\n"
SHIPPED = sorted(data_folder("noise_profiles").rglob("*.yaml"))
LIBRARY = Library.shipped()
KEYS = (
    "name", "stage", "kind", "layers", "severities", "file", "claims", "control", "f0_hz", "harmonics", "level_db",
    "path", "parameters", "transform", "curve", "snr_reference", "fluctuation_db", "level_dba",
)  # fmt: skip
FUZZ = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))


def _opened(folder: Path, text: str | bytes, stage: str = "noise", name: str = "strange") -> Profile:
    """What a user does with a stranger's file: read it and build its kinds at every severity."""
    file = folder / stage / f"{name}.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    profile = LIBRARY.check(file)
    for severity in profile.severities:
        layers_of(profile, severity)
    return profile


def _try(folder: Path, text: str | bytes, stage: str = "noise", name: str = "strange") -> None:
    """Nothing but a ProfileError, printable on a terminal, may come out, and finding all mistakes finds that one."""
    try:
        _opened(folder, text, stage, name)
    except ProfileError as error:
        message = str(error)
    else:
        message = ""
    assert not [c for c in message if ord(c) < 32 and c != "\n"]
    profile, found = examine(folder / stage / f"{name}.yaml")
    assert found or profile is not None


def _noise(rest: str, stage: str = "noise") -> str:
    return f"name: strange\nstage: {stage}\n{PROSE}{rest}\n"


@FUZZ
@given(st.binary(max_size=400))
def test_random_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    _try(_folder(tmp_path_factory), data)


@FUZZ
@given(st.text(st.sampled_from("abk: -[]{}\n'\"&*!|>%@`#,?0123456789.eE~<\t\x00\x1b\u202e"), max_size=300))
def test_random_yaml(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    _try(_folder(tmp_path_factory), _noise(text))


@st.composite
def _mutated(draw: st.DrawFn) -> tuple[Path, bytes]:
    """A shipped profile with some bytes changed, dropped, doubled, or a line replaced by another profile's."""
    file = draw(st.sampled_from(SHIPPED))
    lines = file.read_bytes().split(b"\n")
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        other = draw(st.sampled_from(SHIPPED)).read_bytes().split(b"\n")
        column = draw(st.integers(0, len(lines[place])))
        change = draw(st.sampled_from(["drop", "double", "foreign", "insert", "cut", "indent"]))
        if change == "drop" and len(lines) > 1:
            del lines[place]
        elif change == "double":
            lines.insert(place, lines[place])
        elif change == "foreign":
            lines[place] = draw(st.sampled_from(other))
        elif change == "insert":
            junk = draw(st.sampled_from([b"-1", b"1e308", b"null", b"[", b"{}", b": ", b"true", b"\xff", b"'", b"999"]))
            lines[place] = lines[place][:column] + junk + lines[place][column:]
        elif change == "cut":
            lines[place] = lines[place][:column]
        else:
            lines[place] = b" " + lines[place]
    return file, b"\n".join(lines)


@FUZZ
@given(_mutated())
def test_mutations_of_shipped_profiles(tmp_path_factory: pytest.TempPathFactory, mutated: tuple[Path, bytes]) -> None:
    file, text = mutated
    _try(_folder(tmp_path_factory), text, file.parent.name, file.stem)


ODD = st.recursive(
    st.sampled_from(
        ["-1", "0", "1e308", "null", "true", "text", "''", '"\\0"', "[]", "{}", "1e-308", "99999999999999999"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
        | st.lists(st.tuples(st.sampled_from(KEYS), inner), max_size=2, unique_by=lambda pair: pair[0]).map(
            lambda pairs: "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}"
        )
    ),
    max_leaves=6,
)


@FUZZ
@given(st.sampled_from(SHIPPED), st.sampled_from(KEYS), ODD)
def test_any_key_with_any_value(tmp_path_factory: pytest.TempPathFactory, file: Path, key: str, value: str) -> None:
    lines = [line for line in file.read_text().split("\n") if not line.startswith(f"{key}:")]
    _try(_folder(tmp_path_factory), "\n".join([*lines, f"{key}: {value}", ""]), file.parent.name, file.stem)


_FOLDERS: list[Path] = []


def _folder(factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples: a folder each would cost more than the test."""
    if not _FOLDERS:
        _FOLDERS.append(factory.mktemp("strange"))
    return _FOLDERS[0]


@pytest.mark.parametrize(
    ("bomb", "words"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "anchors and aliases"),
        ("<<: *a", "anchors and aliases"),
        ("<<: {kind: tone}", "a key is a word"),
        ("kind: !!python/object/apply:os.system [date]", "the tag"),
        ("kind: !!binary aGVsbG8=", "the tag"),
        ("kind: " + "[" * 500 + "]" * 500, "nested more than"),
        ("- " * 500 + "x", "nested more than|not valid YAML"),
        ("kind: " + "{a: " * 9 + "1" + "}" * 9, "nested more than"),
        ("kind: [" + "1," * 600 + "1]", "at most 512"),
        ("\n".join(f"k{n}: 1" for n in range(600)), "at most 512"),
        ("kind: " + "x" * 9000, "at most 8192"),
        ("kind: " + "x" * 70000, "at most 65536"),
        ("kind: tone\nf0_hz: 0x7fffffff", "f0_hz must be a number"),
        ("? [a, b]\n: 1", "a key is a word"),
        ("kind: tone\n---\nkind: tone", "not valid YAML"),
        ('kind: "\\e[2J"', "control characters"),
        ('control: "\u202ename"', "control characters"),
    ],
)
def test_bombs_and_code_are_refused(tmp_path: Path, bomb: str, words: str) -> None:
    with pytest.raises(ProfileError, match=words):
        _opened(tmp_path, _noise(bomb))


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A recording that lies beside the profile's folder, and a folder for profiles with links to it."""
    write(tmp_path / "secret.wav", Waveform(np.full(8000, 0.1, np.float32), 16000))
    folder = tmp_path / "profiles"
    (folder / "noise" / "sub").mkdir(parents=True)
    (folder / "noise" / "link.wav").symlink_to(tmp_path / "secret.wav")
    (folder / "noise" / "up").symlink_to(tmp_path)
    (folder / "noise" / "loop.wav").symlink_to(folder / "noise" / "loop.wav")
    os.mkfifo(folder / "noise" / "pipe.wav")
    return folder


@pytest.mark.parametrize(
    "path",
    [
        "../../secret.wav", "sub/../../../secret.wav", "link.wav", "up/secret.wav", "loop.wav", "pipe.wav", "sub", ".",
        "/etc/passwd", "/dev/zero", "~/secret.wav", "file:///etc/passwd", "http://example.org/a.wav", "x" * 5000,
        '"\\0"', '"a\\0.wav"', "''", "null", "3", "[a.wav]", "nothing.wav",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["recording", "audiomentations"])
def test_no_file_outside_the_folder_is_named(outside: Path, path: str, kind: str) -> None:
    stage = "noise" if kind == "recording" else "device"
    folder = outside / stage
    folder.mkdir(exist_ok=True)
    with pytest.raises(ProfileError):
        _opened(outside, _noise(f"kind: {kind}\nfile: {path}", stage), stage)


def test_a_file_inside_the_folder_is_read(outside: Path) -> None:
    write(outside / "noise" / "sub" / "own.wav", Waveform(np.full(8000, 0.1, np.float32), 16000))
    profile = _opened(outside, _noise("kind: recording\nfile: sub/own.wav"))
    assert profile.severities[""][0].parameters["file"] == (outside / "noise" / "sub" / "own.wav").resolve()


@pytest.mark.parametrize(
    "parameters",
    [
        {"sounds_path": "/etc/passwd"}, {"ir_path": "/etc"}, {"noise_transform": "os.system"},
        {"part_transform": "os.system"}, {"backend": "pydub"}, {"p": 0}, {"lru_cache_size": 10**9},
    ],
)  # fmt: skip
@pytest.mark.parametrize("transform", ["AddBackgroundNoise", "ApplyImpulseResponse", "RepeatPart", "AddShortNoises"])
def test_no_path_and_no_code_goes_to_a_library(transform: str, parameters: dict[str, object], tmp_path: Path) -> None:
    given = {"transform": transform, "parameters": parameters}
    given |= {} if transform == "RepeatPart" else {"file": tmp_path / "noise.wav"}
    write(tmp_path / "noise.wav", Waveform(np.full(8000, 0.1, np.float32), 16000))
    with pytest.raises(ParameterError, match="takes no parameter"):
        Audiomentations.from_parameters(given)


def test_a_profile_of_too_many_layers_is_refused(tmp_path: Path) -> None:
    many = "layers:\n" + "  - {kind: tone, f0_hz: 500}\n" * 400
    with pytest.raises(ProfileError, match="layers"):
        _opened(tmp_path, _noise(many))


def test_a_recording_of_too_many_bytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "noise").mkdir()
    with (tmp_path / "noise" / "huge.wav").open("wb") as file:
        file.truncate(100 * 2**30)  # sparse: it takes no room
    with pytest.raises(ProfileError, match="at most"):
        _opened(tmp_path, _noise("kind: recording\nfile: huge.wav"))


def _severities() -> Iterator[tuple[str, str]]:
    yield from ((stage, name) for stage in STAGES for name in LIBRARY.names(stage))


def test_the_mutations_start_from_profiles_that_open() -> None:
    assert len(SHIPPED) == len(list(_severities()))
    for file in SHIPPED:
        assert read_profile(file).name == file.stem

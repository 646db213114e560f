# SPDX-License-Identifier: Apache-2.0
"""The library of profiles and what its reader refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stresstest.errors import ProfileError
from stresstest.profiles import Profile
from stresstest.profiles.library import Library

HEAD = "name: {name}\nstage: {stage}\nsummary: A test.\nprovenance: archetype\nsource: None.\nlicense: CC0-1.0\n"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(body: str, stage: str = "device", name: str = "mine", folder: str = "profiles") -> Path:
        file = tmp_path / folder / stage / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEAD.format(name=name, stage=stage) + body, encoding="utf-8")
        return file

    return _write


def _load(file: Path) -> Profile:
    return Library([file.parent.parent]).get(file.parent.name, file.stem)


def test_a_kind_and_its_keys_are_one_layer(write: Write) -> None:
    profile = _load(write("kind: clipping\nclipped_percent: 5\n"))
    ((name, (layer,)),) = profile.severities.items()
    assert (name, layer.kind, dict(layer.parameters), layer.path) == ("", "clipping", {"clipped_percent": 5}, "mixture")
    assert layer.lines["clipped_percent"] == 8


def test_layers_hold_path_for_a_device_and_level_for_noise(write: Write) -> None:
    device = _load(write("layers:\n  - {kind: band_limit, path: noise, low_hz: 300}\n  - {kind: gsm}\n"))
    assert [(x.kind, x.path, dict(x.parameters)) for x in device.severities[""]] == [
        ("band_limit", "noise", {"low_hz": 300}),
        ("gsm", "mixture", {}),
    ]
    noise = _load(write("snr_reference: on\nlayers:\n  - {kind: tone, level_db: -6, f0_hz: 100}\n", "noise"))
    assert [(x.level_db, dict(x.parameters)) for x in noise.severities[""]] == [(-6.0, {"f0_hz": 100})]
    voice = _load(write("kind: pitch_tempo\nlevel_db: 3\n", "voice"))
    assert dict(voice.severities[""][0].parameters) == {"level_db": 3}


def test_severities_override_the_keys_of_the_kind_in_order(write: Write) -> None:
    text = (
        "kind: packet_loss\npacket_ms: 10\nseverities:\n  - {name: b, loss_percent: 1}\n  - {name: a, packet_ms: 20}\n"
    )
    severities = _load(write(text, "channel")).severities
    assert list(severities) == ["b", "a"]
    assert [dict(layers[0].parameters) for layers in severities.values()] == [
        {"packet_ms": 10, "loss_percent": 1},
        {"packet_ms": 20},
    ]


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("kind: clippping\n", 7, "clipping"),
        ("kind: [clipping]\n", 7, "word of the catalogue"),
        ("kind: _telephone\n", 7, "word of the catalogue"),
        ("kind: base\n", 7, "word of the catalogue"),
        ("clipped_percent: 5\n", 7, "unknown key 'clipped_percent'"),
        ("layers: []\n", 7, "list of mappings"),
        ("layers: [1]\n", 7, "list of mappings"),
        ("layers: [{kind: gsm}]\nkind: gsm\n", 7, "not both"),
        ("layers: [{kind: gsm}]\nlow_hz: 3\n", 8, "unknown key 'low_hz'"),
        ("layers: [{kind: gsm, path: speach}]\n", 7, "did you mean 'speech'"),
        ("layers:\n  - {kind: clipping}\n  - {kind: band_limit, path: noise}\n", 9, "move it up"),
        ("kind: clipping\nsnr_reference: on\n", 8, "for noise"),
        ("kind: clipping\nseverities: []\n", 8, "list of mappings"),
        ("kind: clipping\nseverities:\n  - {clipped_percent: 1}\n", 9, "needs a name"),
        ("kind: clipping\nseverities:\n  - {name: a@b}\n", 9, "needs a name"),
        ("kind: clipping\nseverities:\n  - {name: a, kind: gsm}\n", 9, "cannot give 'kind'"),
        ("kind: clipping\nseverities:\n  - {name: a, source: me}\n", 9, "cannot give 'source'"),
        ("kind: clipping\nseverities:\n  - {name: a}\n  - {name: a}\n", 10, "a second severity 'a'"),
        ("severities:\n  - {name: a, layers: [{kind: gsm}], low_hz: 2}\n", 8, "cannot give 'low_hz'"),
        ("kind: recording\nfile: ../../secret.wav\n", 8, "leaves the profile's folder"),
        ("kind: recording\nfile: /etc/passwd\n", 8, "leaves the profile's folder"),
        ("kind: recording\nfile: nothing.wav\n", 8, "no file"),
        ("kind: recording\nfile: 7\n", 8, "must be a path"),
        ("kind: clipping\ncontrol: mine\n", 8, "another profile"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_line(write: Write, body: str, line: int, words: str) -> None:
    with pytest.raises(ProfileError, match=rf"mine\.yaml:{line}: .*{words}"):
        _load(write(body))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("name: mine", "name: other", r":1: name must be the file's own, 'mine'"),
        ("stage: device", "stage: devise", r":2: unknown stage 'devise'.*did you mean 'device'"),
        ("stage: device", "stage: channel", r":2: stage is 'channel', but the file lies in the folder 'device'"),
        ("provenance: archetype", "provenance: guess", r":4: unknown provenance 'guess'"),
        ("license: CC0-1.0\n", "", "the key 'license' is missing"),
        ("summary: A test.", "summary: 3", ":3: summary must be text"),
        ("kind: gsm\n", "", "'kind' is missing"),
    ],
)
def test_the_prose_of_a_profile_is_checked(write: Write, old: str, new: str, words: str) -> None:
    file = write("kind: gsm\n")
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(ProfileError, match=words):
        _load(file)


def test_a_folder_of_the_user_adds_to_another(write: Write) -> None:
    here, there = write("kind: gsm\n"), write("kind: gsm\n", name="yours", folder="more")
    library = Library([here.parent.parent, there.parent.parent])
    assert library.names("device") == ["mine", "yours"]
    assert library.names("noise") == []
    with pytest.raises(ProfileError, match=r"no device profile 'your'.*did you mean 'yours'"):
        library.get("device", "your")
    with pytest.raises(ProfileError, match="no stage 'microphone'"):
        library.names("microphone")


def test_one_name_in_two_folders_is_refused(write: Write) -> None:
    one, two = write("kind: gsm\n"), write("kind: gsm\n", folder="more")
    with pytest.raises(ProfileError, match="rename one of them"):
        Library([one.parent.parent, two.parent.parent])


def test_a_folder_without_stages_and_a_yml_file_are_refused(write: Write, tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="holds no stage"):
        Library([tmp_path / "nowhere"])
    file = write("kind: gsm\n")
    file.rename(file.with_suffix(".yml"))
    with pytest.raises(ProfileError, match=r"ends in \.yaml"):
        Library([file.parent.parent])


def test_a_control_must_be_there(write: Write) -> None:
    file = write("kind: pitch_tempo\ncontrol: straight\n", "voice")
    with pytest.raises(ProfileError, match="control names the voice profile 'straight', which is not there"):
        _load(file)
    write("kind: pitch_tempo\n", "voice", "straight")
    assert _load(file).control == "straight"
    assert Library.shipped().check(file).control == "straight"


def test_a_link_out_of_the_folder_is_refused(write: Write, tmp_path: Path) -> None:
    (tmp_path / "secret.wav").write_bytes(b"secret")
    file = write("kind: recording\nfile: link.wav\n", "noise")
    (file.parent / "link.wav").symlink_to(tmp_path / "secret.wav")
    with pytest.raises(ProfileError, match="leaves the profile's folder"):
        _load(file)


def test_the_digest_follows_the_sound_and_not_the_prose(write: Write) -> None:
    first = write("kind: recording\nfile: a.wav\n", "noise", folder="one")
    second = write("kind: recording\nfile: a.wav\n", "noise", folder="two")
    (first.parent / "a.wav").write_bytes(b"same")
    (second.parent / "a.wav").write_bytes(b"same")
    second.write_text(second.read_text().replace("A test.", "Another."))
    assert _load(first).digest == _load(second).digest
    (second.parent / "a.wav").write_bytes(b"other")
    assert _load(first).digest != _load(second).digest
    assert _load(first).severities[""][0].parameters["file"] == (first.parent / "a.wav").resolve()

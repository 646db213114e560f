# SPDX-License-Identifier: Apache-2.0
"""Every profile has a current page in docs/profiles, and every page is a profile's."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from small_studies import speechlike

from stresstest.audio.files import read, write
from stresstest.claims import Claim
from stresstest.cli import main
from stresstest.cli.profile._page import all_hold, index, measured, page
from stresstest.cli.profile._specimen import condition_of
from stresstest.cli.profile.pages import MOST_BYTES, is_current
from stresstest.conditions import layers_of, split_reference
from stresstest.profiles import STAGES, Profile
from stresstest.profiles.library import Library

DOCS = Path(__file__).parents[2] / "docs" / "profiles"
LIBRARY = Library.shipped()
PROFILES = [LIBRARY.get(stage, name) for stage in STAGES for name in LIBRARY.names(stage)]
FIX = "run scripts/docs"

every_profile = pytest.mark.parametrize("profile", PROFILES, ids=[f"{p.stage}/{p.name}" for p in PROFILES])


def _one_a_kind() -> list[Profile]:
    """A profile for every kind that is used."""
    found: dict[str, Profile] = {}
    for profile in sorted(PROFILES, key=lambda p: len(str(p.severities))):
        for layers in profile.severities.values():
            for layer in layers:
                found.setdefault(layer.kind, profile)
    return list({(p.stage, p.name): p for p in found.values()}.values())


def _command(profile: Profile) -> list[str]:
    text = (DOCS / profile.stage / f"{profile.name}.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^```sh\n(stresstest profile listen .*)\n```$", text, re.MULTILINE)
    return shlex.split(command)[1:]


@every_profile
def test_a_profile_has_a_current_page_with_a_small_picture(profile: Profile) -> None:
    file = DOCS / profile.stage / f"{profile.name}.md"
    assert file.is_file(), FIX
    assert is_current(profile, DOCS), FIX
    picture = file.with_suffix(".png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) <= MOST_BYTES


def test_the_index_is_current_and_no_page_is_without_a_profile() -> None:
    assert (DOCS / "README.md").read_text(encoding="utf-8") == index(PROFILES), FIX
    pages = {f"{f.parent.name}/{f.name}" for f in DOCS.glob("*/*")}
    assert pages == {f"{p.stage}/{p.name}{suffix}" for p in PROFILES for suffix in (".md", ".png")}, FIX


@every_profile
def test_the_command_of_a_page_names_a_condition_that_can_be_rendered(profile: Profile) -> None:
    condition = condition_of([a for a in _command(profile)[2:] if "=" in a])
    name, severity = split_reference(getattr(condition, profile.stage))
    assert name == profile.name
    assert layers_of(profile, severity)


@pytest.mark.parametrize("profile", _one_a_kind(), ids=lambda p: f"{p.stage}/{p.name}")
def test_the_command_of_a_page_writes_what_can_be_heard(
    profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(_command(profile)) == 0
    heard = read(tmp_path / f"{profile.name}.wav")
    assert heard.seconds > 1
    assert abs(heard.samples).max() > 0.01


def test_a_page_with_a_claim_that_does_not_hold_is_not_current() -> None:
    right, wrong = Claim(("f0_hz",), "frequency", 440, 440.1, 0.5, "Hz"), Claim(("duty",), "duty", 0.5, 0.6, 0.005)
    assert all_hold(measured({"": [right], "loud": [right]}))
    assert not all_hold(measured({"": [right, wrong]}))
    assert not all_hold(measured({}))


def test_pages_of_ones_own_profiles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own, docs = tmp_path / "mine", tmp_path / "docs"
    (own / "noise").mkdir(parents=True)
    text = "name: pump\nstage: noise\nsummary: A pump.\nprovenance: archetype\nsource: None.\nlicense: CC0-1.0\n"
    (own / "noise" / "pump.yaml").write_text(text + "kind: tone\nf0_hz: 440\n", encoding="utf-8")
    call = ["profile", "pages", "--profiles", str(own), "--out", str(docs)]
    assert main(call) == 0
    assert f"wrote {docs / 'noise' / 'pump.md'}" in capsys.readouterr().out
    assert sorted(f.name for f in docs.rglob("*.*")) == ["README.md", "pump.md", "pump.png"]
    profile = Library([own]).get("noise", "pump")
    assert page(profile, docs) in (docs / "noise" / "pump.md").read_text(encoding="utf-8")
    assert main(call) == 0
    assert capsys.readouterr().out == ""  # it is current
    (own / "noise" / "pump.yaml").rename(own / "noise" / "blower.yaml")
    (own / "noise" / "blower.yaml").write_text(
        text.replace("pump", "blower") + "kind: tone\nf0_hz: 220\n", encoding="utf-8"
    )
    kept = docs / "noise" / "notes.md"
    kept.write_text("# My notes\n", encoding="utf-8")
    assert main(call) == 0
    assert sorted(f.name for f in docs.rglob("*.*")) == ["README.md", "blower.md", "blower.png", "notes.md"]


def test_a_profile_that_cannot_be_rendered_is_named_and_the_others_get_their_pages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "mine"
    (own / "room").mkdir(parents=True)
    text = "stage: room\nsummary: A room.\nprovenance: archetype\nsource: None.\nlicense: CC0-1.0\n"
    write(own / "room" / "clap.wav", speechlike(0.2, 8000, 1).scaled_db(-300))
    kinds = {
        "silent": "kind: impulse_response\nfile: clap.wav\n",
        "good": "kind: exponential_room\nrt60_s: 0.4\ndrr_db: 0\n",
    }
    for name, kind in kinds.items():
        (own / "room" / f"{name}.yaml").write_text(f"name: {name}\n{text}{kind}", encoding="utf-8")
    assert main(["profile", "pages", "--profiles", str(own), "--out", str(tmp_path / "docs")]) == 2
    said = capsys.readouterr()
    assert "no page for room/silent: " in said.err
    assert "good.md" in said.out


def test_a_readme_of_ones_own_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.md").write_text("# Mine\n", encoding="utf-8")
    assert main(["profile", "pages", "--out", str(tmp_path)]) == 2
    assert "would be written over" in capsys.readouterr().err
    assert [f.name for f in tmp_path.iterdir()] == ["README.md"]

# SPDX-License-Identifier: Apache-2.0
"""`stresstest profile`: list, show, plot, listen, compare, check, schema."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from small_studies import speechlike

from stresstest.audio.files import read, write
from stresstest.audio.levels import active_speech_level, rms_dbov
from stresstest.cli import main
from stresstest.plugins import catalogue
from stresstest.profiles import STAGES
from stresstest.profiles.library import Library

HEAD = "name: pump\nstage: noise\nsummary: A pump nearby.\nprovenance: archetype\nsource: None.\nlicense: CC0-1.0\n"


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    write(tmp_path / "order.wav", speechlike(1.0, 16000, 1))
    return tmp_path / "order.wav"


@pytest.fixture
def pump(tmp_path: Path) -> Path:
    file = tmp_path / "mine" / "noise" / "pump.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(HEAD + "kind: tone\nf0_hz: 440\n", encoding="utf-8")
    return file


def test_list_names_every_profile(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "list"]) == 0
    said = capsys.readouterr().out
    for stage in STAGES:
        for name in Library.shipped().names(stage):
            assert f" {name} " in said


def test_list_of_one_stage_and_of_ones_own_folder(pump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "list", "noise", "--profiles", str(pump.parents[1])]) == 0
    said = capsys.readouterr().out
    assert "A pump nearby." in said
    assert "irs_handset" not in said


def test_show_gives_the_whole_profile_as_yaml(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "show", "noise/infusion_alarm"]) == 0
    shown = yaml.safe_load(capsys.readouterr().out)
    assert (shown["stage"], shown["name"], shown["provenance"]) == ("noise", "infusion_alarm", "standard")
    assert shown["severities"][0]["layers"][0]["parameters"]["f0_hz"] == 550


def test_check_accepts_a_right_file_and_names_line_and_key_of_a_wrong_one(
    pump: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["profile", "check", str(pump)]) == 0
    assert "'pump' is valid; A pump nearby." in capsys.readouterr().out
    pump.write_text(HEAD + "kind: tone\nf0_herz: 440\n", encoding="utf-8")
    assert main(["profile", "check", str(pump)]) == 2
    assert f"{pump}:8: unknown key 'f0_herz'; allowed: " in capsys.readouterr().err


@pytest.mark.parametrize("part", ["mixed", "clean", "noise"])
def test_listen_writes_what_is_heard(
    part: str, speech: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "heard.wav"
    call = ["profile", "listen", "noise=white", "snr_db=0", "--speech", str(speech), "--part", part, "--out", str(out)]
    assert main(call) == 0
    assert f"wrote {out}: {part} of noise=white/snr_db=0" in capsys.readouterr().out
    heard = read(out)
    assert heard.seconds == pytest.approx(1.5, abs=0.01)
    if part == "noise":
        assert rms_dbov(heard.samples) == pytest.approx(-26, abs=1.5)
    if part == "clean":
        assert active_speech_level(heard).dbov == pytest.approx(-26, abs=1.5)
        assert not heard.samples[:3000].any()


def test_check_lists_everything_that_is_wrong(pump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pump.write_text(
        HEAD.replace("archetype", "guess") + "kind: tone\nf0_herz: 440\nduty: -3\nrep_hz: fast\n", encoding="utf-8"
    )
    assert main(["profile", "check", str(pump)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.removeprefix(f"stresstest: {pump}:").split(":")[0] for line in said] == ["4", "7", "8", "9", "10"]
    for word, line in zip(["guess", "'f0_hz' is missing", "f0_herz", "0.02 to 1", "'fast'"], said, strict=True):
        assert word in line


def test_check_finds_each_wrong_parameter_of_a_layer_that_could_be_built_without_it(
    pump: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layers = (
        "layers:\n  - {kind: tone, f0_hz: 440, duty: 9, rise_s: 7}\n  - {kind: response, curve: [[1, 2], [3, 4]]}\n"
    )
    pump.write_text(HEAD + layers, encoding="utf-8")
    assert main(["profile", "check", str(pump)]) == 2
    said = capsys.readouterr().err
    for words in (":8: duty must be", ":8: rise_s must be", ":9: the kind 'response' is for device, channel"):
        assert words in said
    assert said.count("\n") == 3


def test_check_measures_what_a_profile_says(pump: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "check", str(pump), "--measure"]) == 0
    said = capsys.readouterr().out
    assert "f0_hz" in said
    assert "440 Hz" in said
    assert " no " not in said.replace("no noise", "")
    false = "claims: {l10_l90_db: 30}\n"  # a steady tone has no such spread
    pump.write_text(HEAD + "kind: tone\nf0_hz: 440\n" + false, encoding="utf-8")
    assert main(["profile", "check", str(pump), "--measure"]) == 2
    assert "pump does not measure as it says: " in capsys.readouterr().err


def test_schema_is_printed_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "schema"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed)["$schema"].endswith("2020-12/schema")
    assert main(["profile", "schema", "--out", str(tmp_path / "profile.schema.json")]) == 0
    assert "# yaml-language-server: $schema=../profile.schema.json" in capsys.readouterr().out
    assert (tmp_path / "profile.schema.json").read_text(encoding="utf-8") == printed


def test_kinds_are_listed_with_their_stages_and_one_with_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "kinds"]) == 0
    said = capsys.readouterr().out
    for kind in catalogue("perturbations"):
        assert f" {kind} " in said
    assert main(["profile", "kinds", "tone"]) == 0
    rows = [[cell.strip() for cell in line.split("│")] for line in capsys.readouterr().out.splitlines()]
    assert ["", "f0_hz", "number", "needed"] in [row[:4] for row in rows]
    assert ["", "duty", "number", "1.0"] in [row[:4] for row in rows]


PATH = ["noise=white", "snr_db=0", "device=irs_handset", "channel=g711_ulaw"]


def test_listen_at_each_point_of_the_signal_path(speech: Path, tmp_path: Path) -> None:
    out = tmp_path / "heard.wav"
    assert main(["profile", "listen", *PATH, "--speech", str(speech), "--part", "all", "--out", str(out)]) == 0
    heard = {f.stem.removeprefix("heard-"): read(f).samples for f in tmp_path.glob("heard-*.wav")}
    assert sorted(heard) == ["after_channel", "after_device", "before_device", "clean", "noise"]
    assert np.abs(heard["before_device"] - heard["clean"] - heard["noise"]).max() < 1e-3
    spectrum = np.abs(np.fft.rfft(heard["after_device"]))
    assert spectrum[: spectrum.size // 2].mean() > 10 * spectrum[-spectrum.size // 4 :].mean()
    assert 0 < np.abs(heard["after_channel"] - heard["after_device"]).mean() < 0.02
    assert main(["profile", "listen", *PATH, "--speech", str(speech), "--out", str(out)]) == 0
    assert np.array_equal(read(out).samples, heard["after_channel"])


def test_listen_writes_only_the_parts_that_there_are(speech: Path, tmp_path: Path) -> None:
    out = tmp_path / "heard.wav"
    call = ["profile", "listen", "channel=g711_ulaw", "--speech", str(speech), "--part", "all", "--out", str(out)]
    assert main(call) == 0
    assert sorted(f.name for f in tmp_path.glob("heard-*")) == [
        "heard-after_channel.wav", "heard-before_device.wav", "heard-clean.wav",
    ]  # fmt: skip


def test_listen_to_a_voice_as_listed_or_as_a_speaker_shows_it(tmp_path: Path) -> None:
    file = tmp_path / "mine" / "voice" / "tense.yaml"
    file.parent.mkdir(parents=True)
    head = HEAD.replace("pump", "tense").replace("stage: noise", "stage: voice")
    file.write_text(head + "kind: pitch_tempo\nrate_factor: 1.2\nspread: true\n", encoding="utf-8")
    out, seconds = tmp_path / "heard.wav", {}
    for speaker in (None, "a", "b", "c", "d"):
        more = ["--speaker", speaker] if speaker else []
        call = ["profile", "listen", "voice=tense", "--profiles", str(file.parents[1]), "--out", str(out), *more]
        assert main(call) == 0
        seconds[speaker] = round(read(out).seconds, 2)
    assert (
        main(
            [
                "profile",
                "listen",
                "voice=tense",
                "--profiles",
                str(file.parents[1]),
                "--part",
                "clean",
                "--out",
                str(out),
            ]
        )
        == 0
    )
    spoken = read(out).seconds - 0.5
    assert seconds[None] - 0.5 == pytest.approx(spoken / 1.2, abs=0.02)
    assert len(set(seconds.values())) > 2


@pytest.mark.parametrize("rate_hz", [8000, 48000])
def test_listen_at_another_rate(rate_hz: int, speech: Path, tmp_path: Path) -> None:
    out = tmp_path / "heard.wav"
    call = ["profile", "listen", "noise=white", "snr_db=0", "--speech", str(speech), "--rate", str(rate_hz)]
    assert main([*call, "--out", str(out)]) == 0
    heard = read(out)
    assert heard.rate_hz == rate_hz
    assert heard.seconds == pytest.approx(1.5, abs=0.01)


def test_compare_says_what_differs_and_draws_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "both.png"
    assert main(["profile", "compare", "channel/packet_loss@mild", "channel/packet_loss", "--out", str(out)]) == 0
    rows = [[cell.strip() for cell in line.split("│")] for line in capsys.readouterr().out.splitlines()]
    assert ["", "packet_loss.loss_percent", "1", "20", ""] in rows
    assert not [row for row in rows if "packet_loss.packet_ms" in row]  # they agree
    assert out.read_bytes().startswith(b"\x89PNG")


def test_compare_measures_a_rooms_decay(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "compare", "room/corridor", "room/patient_room"]) == 0
    (row,) = [line.split("│") for line in capsys.readouterr().out.splitlines() if "RT60" in line]
    claimed = [
        Library.shipped().get("room", n).severities[""][0].parameters["rt60_s"] for n in ("corridor", "patient_room")
    ]
    for cell, seconds in zip(row[2:4], claimed, strict=True):
        assert float(cell) == pytest.approx(seconds, rel=0.08)


def test_listen_to_ones_own_noise(speech: Path, pump: Path, tmp_path: Path) -> None:
    out = tmp_path / "heard.wav"
    call = ["profile", "listen", "noise=pump", "snr_db=-20", "--speech", str(speech), "--out", str(out)]
    assert main([*call, "--profiles", str(pump.parents[1])]) == 0
    heard = read(out)
    spectrum = np.abs(np.fft.rfft(heard.samples))
    assert np.argmax(spectrum) * 16000 / heard.samples.size == pytest.approx(440, abs=1)


@pytest.mark.parametrize(
    "profile",
    ["noise/white", "channel/g711_ulaw", "device/clipping", "room/corridor", "voice/fast", "channel/packet_loss@bad"],
)
def test_plot_writes_a_picture(profile: str, tmp_path: Path) -> None:
    out = tmp_path / "plot.png"
    assert main(["profile", "plot", profile, "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert out.stat().st_size > 20_000


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "white"], "named as STAGE/NAME, for example noise/infusion_alarm; got 'white'"),
        (["show", "noise/wite"], "no noise profile 'wite'; allowed: "),
        (["show", "nois/white"], "no stage 'nois'; allowed: channel, device, noise, room, voice"),
        (["list", "nois"], "no stage 'nois'"),
        (["list", "--profiles", "/nowhere"], "/nowhere holds no stage"),
        (["check", "/nowhere.yaml"], "/nowhere.yaml"),
        (["plot", "noise/wite", "--out", "x.png"], "no noise profile 'wite'"),
        (["listen", "noise", "--out", "x.wav"], "given as AXIS=VALUE, for example noise=ward_babble; got 'noise'"),
        (["kinds", "tonne"], "no kind 'tonne'; allowed: "),
        (["plot", "device/clipping@huge", "--out", "x.png"], "no severity 'huge'; allowed: "),
        (["compare", "noise/white", "device/clipping"], "Profiles of one stage can be compared"),
        (["listen", "noise=white", "snr_db=0", "--rate", "7", "--out", "x.wav"], "rate_hz"),
        (["listen", "noise=white", "--out", "x.wav"], "lacks an snr_db"),
        (["listen", "nois=white", "--out", "x.wav"], "no axis 'nois'"),
        (["listen", "voice=stress_2", "--part", "noise", "--out", "x.wav"], "add noise=NAME snr_db=NUMBER"),
        (
            ["listen", "voice=stress_2", "--speech", "/nowhere.wav", "--out", "x.wav"],
            "/nowhere.wav: there is no",
        ),
    ],
)
def test_what_is_wrong_is_one_message_and_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["profile", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("stresstest: ")
    assert says in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("action", [["plot", "noise/white"], ["listen", "channel=g711_ulaw"]])
def test_a_folder_that_is_not_there_is_one_message(
    action: list[str], tmp_path: Path, speech: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["--speech", str(speech)] if action[0] == "listen" else []
    assert main(["profile", *action, *more, "--out", str(tmp_path / "no" / "where")]) == 2
    said = capsys.readouterr().err
    assert str(tmp_path / "no") in said
    assert said.count("\n") == 1

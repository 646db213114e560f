# SPDX-License-Identifier: Apache-2.0
"""The library of profiles: list, show, plot, listen, check."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stresstest.profiles import Profile
    from stresstest.profiles.library import Library

HELP = "the library of profiles: list, show, plot, listen, check"
EXAMPLE = "stresstest profile listen noise=infusion_alarm snr_db=5 --speech order.wav --out alarm.wav"

ACTIONS = {
    "list": ("every profile with its stage, provenance and summary", "profile list noise"),
    "show": ("one profile, whole", "profile show noise/infusion_alarm"),
    "plot": (
        "a PNG: spectrogram and spectrum of a noise, or of speech before and after any other profile",
        "profile plot device/irs_handset --out handset.png",
    ),
    "listen": (
        "a WAV of a condition applied to speech",
        "profile listen noise=ward_babble snr_db=5 device=irs_handset --out ward.wav",
    ),
    "check": ("validate one profile file", "profile check my_profiles/noise/my_pump.yaml"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """The actions and their arguments."""
    from stresstest.cli._help import add_action

    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing, show, plot, listen, check = (add_action(actions, name, *says) for name, says in ACTIONS.items())
    listing.add_argument("stage", nargs="?", help="voice, room, noise, device or channel (default: all)")
    for action in (show, plot):
        action.add_argument("profile", metavar="STAGE/NAME", help="for example noise/infusion_alarm")
    listen.add_argument(
        "axes", nargs="+", metavar="AXIS=VALUE", help="for example noise=ward_babble snr_db=5 device=irs_handset"
    )
    listen.add_argument("--speech", type=Path, metavar="WAV", help="what is spoken (default: an order of ward_orders)")
    listen.add_argument(
        "--part", choices=("mixed", "clean", "noise"), default="mixed", help="what to write (default: mixed)"
    )
    check.add_argument("file", type=Path, metavar="FILE", help="a profile's YAML file, <stage>/<name>.yaml")
    for action in (plot, listen):
        action.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")
    for action, function in ((listing, _list), (show, _show), (plot, _plot), (listen, _listen), (check, _check)):
        action.add_argument("--profiles", type=Path, metavar="DIR", help="a folder with profiles of your own")
        action.set_defaults(action=function)


def execute(args: argparse.Namespace) -> int:
    """Do the action."""
    return int(args.action(args))


def _library(args: argparse.Namespace) -> Library:
    from stresstest.profiles.library import Library

    return Library.shipped(*([args.profiles] if args.profiles else []))


def _get(args: argparse.Namespace) -> Profile:
    from stresstest.errors import ConfigError

    stage, _, name = args.profile.partition("/")
    if not name:
        raise ConfigError(f"A profile is named as STAGE/NAME, for example noise/infusion_alarm; got {args.profile!r}.")
    return _library(args).get(stage, name)


def _list(args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    from stresstest.profiles import STAGES

    library = _library(args)
    table = Table("stage", "name", "severities", "provenance", "summary")
    for stage in [args.stage] if args.stage else STAGES:
        for name in library.names(stage):
            profile = library.get(stage, name)
            table.add_row(
                stage, name, ", ".join(s for s in profile.severities if s), profile.provenance, profile.summary
            )
    Console(width=None if Console().is_terminal else 160).print(table)
    return 0


def _show(args: argparse.Namespace) -> int:
    import yaml

    from stresstest.conditions import layers_of
    from stresstest.profiles.library import to_mapping

    profile = _get(args)
    for severity in profile.severities:
        layers_of(profile, severity)
    print(yaml.safe_dump(to_mapping(profile), sort_keys=False, allow_unicode=True), end="")
    return 0


def _check(args: argparse.Namespace) -> int:
    from stresstest.conditions import layers_of

    profile = _library(args).check(args.file)
    for severity in profile.severities:
        layers_of(profile, severity)
    print(f"{args.file}: the {profile.stage} profile {profile.name!r} is valid; {profile.summary}")
    return 0


def _plot(args: argparse.Namespace) -> int:
    from stresstest.cli._plot import plot

    plot(_get(args), args.out)
    print(f"wrote {args.out}")
    return 0


def _listen(args: argparse.Namespace) -> int:
    from stresstest.audio.files import write
    from stresstest.cli._specimen import condition_of, study_of, utterance_of
    from stresstest.conditions import CLEAN
    from stresstest.engine.render import SignalPath
    from stresstest.engine.worker import babble_pool
    from stresstest.errors import ConfigError

    condition = condition_of(args.axes)
    if args.part == "noise" and condition.noise is None:
        raise ConfigError("The part noise needs a noise: add noise=NAME snr_db=NUMBER.")
    study = study_of(condition, args.profiles)
    path = SignalPath(study, lambda: babble_pool(study)).of(utterance_of(study, args.speech))
    if args.part == "noise":
        wave = path.dry.with_samples(path.noise(condition))
    else:
        wave = path.render(CLEAN if args.part == "clean" else condition, study.render.rate_hz).wave
    write(args.out, wave)
    print(f"wrote {args.out}: {args.part} of {condition.label}, {wave.seconds:.2f} s at {wave.rate_hz} Hz")
    return 0

# SPDX-License-Identifier: Apache-2.0
"""Listen to a condition, whole or in parts."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stresstest.audio import Waveform
    from stresstest.conditions import Condition
    from stresstest.engine.render import UtterancePath

SAYS = "a WAV of a condition applied to speech, or of a part of the signal path"
EXAMPLE = "profile listen noise=ward_babble snr_db=5 device=irs_handset --out ward.wav"

PARTS = {
    "clean": "the speech alone",
    "noise": "the noise alone, at its SNR",
    "before_device": "voice, room and noise, as they reach the microphone",
    "after_device": "the same after the device",
    "after_channel": "the same after device and channel",
}
CHOICES = ("mixed", *PARTS, "all")


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument(
        "axes", nargs="+", metavar="AXIS=VALUE", help="for example noise=ward_babble snr_db=5 device=irs_handset"
    )
    parser.add_argument("--speech", type=Path, metavar="WAV", help="what is spoken (default: an order of ward_orders)")
    meanings = "; ".join(f"{part}: {meaning}" for part, meaning in PARTS.items())
    parser.add_argument(
        "--part",
        choices=CHOICES,
        default="mixed",
        help=f"what to write (default: mixed, all that the recognizer hears). {meanings}; all: each of them, in files "
        "NAME-PART.wav",
    )
    parser.add_argument(
        "--rate", type=int, metavar="HZ", help="sample rate to work at and to write (default: 16000, as studies do)"
    )
    parser.add_argument(
        "--speaker",
        metavar="NAME",
        help="a voice as this speaker shows it, where its profile differs between speakers (default: as it is listed)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")


def execute(args: argparse.Namespace) -> int:
    """Render and write."""
    from stresstest.audio.files import write
    from stresstest.cli.profile._specimen import condition_of, path_of
    from stresstest.errors import ConfigError

    condition = condition_of(args.axes)
    if args.part == "noise" and condition.noise is None:
        raise ConfigError("The part noise needs a noise: add noise=NAME snr_db=NUMBER.")
    path = path_of(condition, args.profiles, args.speech, args.rate, args.speaker)
    for part in _parts(args.part, condition):
        out = args.out.with_name(f"{args.out.stem}-{part}{args.out.suffix}") if args.part == "all" else args.out
        wave = part_of(path, condition, part)
        write(out, wave)
        print(f"wrote {out}: {part} of {condition.label}, {wave.seconds:.2f} s at {wave.rate_hz} Hz")
    return 0


def _parts(wanted: str, condition: Condition) -> Iterator[str]:
    """The parts to write; of `all` those that the condition has."""
    if wanted != "all":
        yield wanted
        return
    absent = {"noise": condition.noise, "after_device": condition.device, "after_channel": condition.channel}
    yield from (part for part in PARTS if part not in absent or absent[part] is not None)


def part_of(path: UtterancePath, condition: Condition, part: str) -> Waveform:
    """One part of the signal path, at the study's rate. Raises AudioError."""
    from stresstest.conditions import CLEAN, Condition

    if part == "noise":
        return path.dry.with_samples(path.noise(condition))
    without = {"before_device": ("speech_dba", "device", "channel"), "after_device": ("channel",)}.get(part, ())
    whole = Condition.from_mapping({axis: value for axis, value in condition.path if axis not in without})
    return path.render(CLEAN if part == "clean" else whole, path.path.rate_hz).wave

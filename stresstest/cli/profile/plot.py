# SPDX-License-Identifier: Apache-2.0
"""Draw one profile."""

from __future__ import annotations

import argparse
from pathlib import Path

SAYS = (
    "a PNG: spectrum and spectrogram of a noise, response of a device or channel over the points given for it, decay "
    "of a room, F0 and spectrogram of a voice before and after"
)
EXAMPLE = "profile plot device/irs_handset --out handset.png"


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument(
        "profile",
        metavar="STAGE/NAME",
        help="for example noise/infusion_alarm; all of its severities, or one as STAGE/NAME@SEVERITY",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the PNG to write")


def execute(args: argparse.Namespace) -> int:
    """Draw and write."""
    from stresstest.cli.profile._library import library_of, named
    from stresstest.cli.profile._pictures import picture, save
    from stresstest.cli.profile._traces import Specimen

    profile, severity = named(library_of(args), args.profile)
    figure = picture(Specimen(profile, severity))
    figure.suptitle(f"{args.profile}: {profile.summary} ({profile.provenance})", wrap=True, fontsize=10)
    save(figure, args.out)
    print(f"wrote {args.out}")
    return 0

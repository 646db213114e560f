# SPDX-License-Identifier: Apache-2.0
"""Turn a recording of a room into a noise profile that holds none of its samples."""

from __future__ import annotations

import argparse
from pathlib import Path

SAYS = "a noise profile from a recording of your room, with a page that compares the two; no sample is kept"
EXAMPLE = "profile fit ROOM.wav --name radiology_b2"


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument(
        "recording", type=Path, metavar="ROOM.wav", help="20 s or more of the room, any rate from 8 kHz"
    )
    parser.add_argument("--name", required=True, help="the name of the profile, such as radiology_b2")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("my_profiles"),
        metavar="DIR",
        help="the folder to write DIR/noise/NAME.yaml and DIR/NAME.html to (default: my_profiles)",
    )
    parser.add_argument("--source", default="", metavar="TEXT", help="where and how it was recorded, for the profile")
    parser.add_argument(
        "--license", default="Not stated.", metavar="TEXT", help="under which terms the profile is used"
    )
    parser.add_argument("--level-dba", type=float, metavar="DB", help="the level in the place, where you measured it")
    parser.add_argument("--channel", type=int, default=0, metavar="N", help="the channel to use, from 0 (default: 0)")
    parser.add_argument(
        "--shortest-s",
        type=float,
        default=20.0,
        metavar="S",
        help="accept recordings as short as this, 5 s at least; cycles, events and slow changes are then uncertain "
        "(default: 20)",
    )
    parser.add_argument("--replace", action="store_true", help="write over a profile of this name")


def execute(args: argparse.Namespace) -> int:
    """Fit, write the profile and the page, and say how near it comes."""
    from stresstest.errors import ConfigError
    from stresstest.fitting.fit import Labels, fit
    from stresstest.fitting.page import VERDICTS, page
    from stresstest.fitting.recording import open_recording
    from stresstest.places import write_whole

    labels = Labels(args.name, args.source, args.license, args.level_dba)
    if not 5 <= args.shortest_s <= 600:
        raise ConfigError(f"--shortest-s takes a number from 5 to 600 s; got {args.shortest_s:g}.")
    profile, html = args.out / "noise" / f"{args.name}.yaml", args.out / f"{args.name}.html"
    if profile.exists() and not args.replace:
        raise ConfigError(f"{profile} is there already; give another --name, or --replace to write over it.")
    recording = open_recording(args.recording, args.channel, args.shortest_s)
    found = fit(recording, labels)
    profile.parent.mkdir(parents=True, exist_ok=True)
    write_whole(profile, "# SPDX-License-Identifier: Apache-2.0\n" * (args.license == "Apache-2.0") + found.text)
    write_whole(html, page(found, recording))
    print(
        f"{VERDICTS[found.goodness.verdict]}\nSpeech in {100 * recording.speech:.0f} % of the recording was left out; "
        f"{len(found.lines)} tonal lines; spectrum within {found.goodness.worst_db:.1f} dB a third octave.\n"
        f"wrote {profile}\nwrote {html}"
    )
    return 0

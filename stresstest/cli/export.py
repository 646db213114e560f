# SPDX-License-Identifier: Apache-2.0
"""Write the audio of a study as files, for a system that cannot be called from here.

DIR/audio holds each sound once, named after itself; DIR/manifest.csv lists them without a word on speakers or
conditions, so that it can be handed over with the audio; DIR/cells.csv says what each was and stays at home. Answers,
a CSV, TSV or JSONL file with the columns id and text, make a run: the same overrides with recognizer=transcripts
recognizer.path=FILE. The same call goes on where an interruption left off; nothing is overwritten.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "the audio of a study as files, for a system that cannot be called"
EXAMPLE = "stresstest export study=ward_demo --to handed_over"


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="the same as for `stresstest run`")
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="a new folder, or one to go on with")
    parser.add_argument("--rate-hz", type=int, default=16000, metavar="HZ", help="sample rate of the files (16000)")
    parser.add_argument("--format", default="wav", metavar="F", help="wav or flac (default: wav)")
    parser.add_argument("--config-dir", metavar="DIR", help="a folder with config files of your own")


def execute(args: argparse.Namespace) -> int:
    """Render and write."""
    from stresstest.config import compose
    from stresstest.engine.export import export
    from stresstest.errors import CellsFailedError, ConfigError

    if not 8000 <= args.rate_hz <= 48000:
        raise ConfigError(f"--rate-hz takes a sample rate from 8000 to 48000 Hz; got {args.rate_hz}.")
    job = compose(*args.overrides, config_dir=args.config_dir)
    made = export(job.study, args.to, args.rate_hz, args.format, _tell)
    print(
        f"{args.to}: {made.sounds} sounds of {made.seconds / 3600:.2f} hours for {made.cells} cells. Hand over audio/ "
        "and manifest.csv; cells.csv says who speaks in which and stays here."
    )
    if made.problems:
        raise CellsFailedError(f"{made.problems} cells have no audio; {args.to / 'cells.csv'} says why (problem).")
    return 0


def _tell(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{of} utterances", end="" if done < of else "\n", file=sys.stderr, flush=True)

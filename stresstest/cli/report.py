# SPDX-License-Identifier: Apache-2.0
"""Write the documents of a finished run again, from its files; nothing is decoded, scored or computed."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "write the documents of a run again from its files"
EXAMPLE = "stresstest report outputs/ward_demo --format html,md"


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of a finished run")
    parser.add_argument("--format", default="html,md,json", metavar="F,F", help="html, md, json (default: all)")
    parser.add_argument("--sections", default=None, metavar="S,S", help="only these sections, in this order")


def execute(args: argparse.Namespace) -> int:
    """Write them."""
    from stresstest.cli._publish import publish

    publish(args.folder, args.format.split(","), args.sections.split(",") if args.sections else None)
    return 0

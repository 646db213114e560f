# SPDX-License-Identifier: Apache-2.0
"""List the profiles."""

from __future__ import annotations

import argparse

SAYS = "every profile with its stage, provenance and summary"
EXAMPLE = "profile list noise"


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("stage", nargs="?", help="voice, room, noise, device or channel (default: all)")


def execute(args: argparse.Namespace) -> int:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table

    from stresstest.cli.profile._library import library_of
    from stresstest.profiles import STAGES

    library = library_of(args)
    table = Table("stage", "name", "severities", "provenance", "summary")
    for stage in [args.stage] if args.stage else STAGES:
        for name in library.names(stage):
            profile = library.get(stage, name)
            table.add_row(
                stage, name, ", ".join(s for s in profile.severities if s), profile.provenance, profile.summary
            )
    Console(width=None if Console().is_terminal else 160).print(table)
    return 0

# SPDX-License-Identifier: Apache-2.0
"""Parts of help texts that several commands share."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator
from typing import Any

GROUPS = ("study", "corpus", "recognizer", "grid", "normalizer", "executor")


def add_action(actions: Any, name: str, says: str, example: str) -> argparse.ArgumentParser:
    """The parser of one action of a command: its line in the list, the same as its description, and an example."""
    parser: argparse.ArgumentParser = actions.add_parser(
        name,
        help=says,
        description=f"{says[0].upper()}{says[1:]}.",
        epilog=f"Example: stresstest {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return parser


def choices() -> str:
    """What GROUP=NAME may say in this installation, a paragraph a group."""
    return "\n".join(["What GROUP=NAME can be (a folder of your own, --config-dir DIR, adds to it):", *_groups()])


def _groups() -> Iterator[str]:
    from stresstest.places import data_folder

    for group in GROUPS:
        names = ", ".join(sorted(f.stem for f in (data_folder("conf") / group).glob("[!_]*.yaml")))
        yield textwrap.fill(
            f"{group}: {names}", 118, initial_indent="  ", subsequent_indent=" " * 6, break_on_hyphens=False
        )

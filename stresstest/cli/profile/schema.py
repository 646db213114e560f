# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of profiles, for editors."""

from __future__ import annotations

import argparse
from pathlib import Path

SAYS = "the JSON Schema of profiles, with which an editor completes and checks while you type"
EXAMPLE = "profile schema --out profile.schema.json"


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("--out", type=Path, metavar="FILE", help="the file to write (default: print it)")


def execute(args: argparse.Namespace) -> int:
    """Print the schema, or write it."""
    import json

    from stresstest.places import write_whole
    from stresstest.profiles.schema import schema

    text = json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
    if args.out is None:
        print(text, end="")
        return 0
    write_whole(args.out, text)
    line = f"# yaml-language-server: $schema=../{args.out.name}"
    print(f"wrote {args.out}; the first line of a profile in a folder beside it: {line}")
    return 0

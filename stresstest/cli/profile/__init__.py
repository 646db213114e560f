# SPDX-License-Identifier: Apache-2.0
"""The library of profiles, and the tools to write one. One file an action."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

HELP = "the library of profiles: list, show, plot, listen, compare, and write your own"
EXAMPLE = "stresstest profile listen noise=infusion_alarm snr_db=5 --speech order.wav --out alarm.wav"

ACTIONS = ("list", "show", "plot", "listen", "compare", "fit", "kinds", "check", "schema", "pages")
"""Each a module here with SAYS, EXAMPLE, `configure(parser)` and `execute(args) -> int`, the exit status."""


def configure(parser: argparse.ArgumentParser) -> None:
    """The actions and their arguments."""
    from stresstest.cli._help import add_action

    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for name in ACTIONS:
        module = importlib.import_module(f"stresstest.cli.profile.{name}")
        action = add_action(actions, name, module.SAYS, module.EXAMPLE)
        module.configure(action)
        action.add_argument("--profiles", type=Path, metavar="DIR", help="a folder with profiles of your own")
        action.set_defaults(action=module.execute)


def execute(args: argparse.Namespace) -> int:
    """Do the action."""
    return int(args.action(args))

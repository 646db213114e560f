# SPDX-License-Identifier: Apache-2.0
"""What a profile can be made of."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

SAYS = "the kinds that a profile can name, or the keys of one of them with types, limits and defaults"
EXAMPLE = "profile kinds tone"


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("kind", nargs="?", help="the kind whose keys are printed (default: a list of all kinds)")


def execute(args: argparse.Namespace) -> int:
    """Print the table."""
    from rich.console import Console

    from stresstest.errors import ConfigError, allowed
    from stresstest.plugins import catalogue

    kinds = catalogue("perturbations")
    if args.kind is not None and args.kind not in kinds:
        raise ConfigError(f"There is no kind {args.kind!r}; {allowed(args.kind, kinds)}.")
    Console(width=None if Console().is_terminal else 160).print(_keys(args.kind) if args.kind else _list(kinds))
    return 0


def _list(kinds: list[str]) -> Table:
    import sys

    from rich.table import Table

    from stresstest.plugins import load

    table = Table("kind", "stages", "what it is")
    for kind in kinds:
        cls: Any = load("perturbations", kind)
        about = (sys.modules[cls.__module__].__doc__ or "").strip().splitlines()[0]
        table.add_row(kind, ", ".join(cls.stages), about)
    return table


def _keys(kind: str) -> Table:
    from rich.markup import escape
    from rich.table import Table

    from stresstest.plugins import load
    from stresstest.profiles.parameters import describe, required_of

    cls = load("perturbations", kind)
    needed = required_of(cls)
    table = Table("key", "takes", "default", "meaning", title=kind, title_justify="left")
    for key, entry in describe(cls)["properties"].items():
        default = "needed" if key in needed else str(entry.get("default", "none"))
        table.add_row(key, _takes(entry), escape(default), escape(entry["description"]))
    return table


def _takes(entry: dict[str, Any]) -> str:
    """The type of a value in words."""
    if "anyOf" in entry:
        return " or ".join(_takes(option) for option in entry["anyOf"])
    if "enum" in entry:
        return ", ".join(map(str, entry["enum"]))
    if "prefixItems" in entry:
        return "list of " + " and ".join(_takes(item) for item in entry["prefixItems"])
    if entry.get("type") == "array":
        return f"list of ({_takes(entry['items'])})"
    words = {"string": "text", "boolean": "true or false", "integer": "whole number", "object": "mapping", None: "any"}
    return words.get(entry.get("type"), str(entry.get("type")))

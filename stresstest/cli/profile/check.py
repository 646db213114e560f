# SPDX-License-Identifier: Apache-2.0
"""Check one profile's file: every finding at once, and on request every claim measured."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from stresstest.claims import Claim
    from stresstest.errors import ProfileError
    from stresstest.profiles import Layer, Profile
    from stresstest.profiles.findings import Findings

SAYS = "validate one profile file, with the line of all that is wrong; --measure renders it and measures its claims"
EXAMPLE = "profile check my_profiles/noise/my_pump.yaml --measure"


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a profile's YAML file, <stage>/<name>.yaml")
    parser.add_argument(
        "--measure",
        action="store_true",
        help="render the profile and measure every number that it gives; exit status 2 where one does not hold",
    )


def execute(args: argparse.Namespace) -> int:
    """Print the findings, one a line, or that there are none; then what was measured."""
    from stresstest.cli.profile._library import library_of

    library = library_of(args)
    if found := findings(args.file):
        print("\n".join(f"stresstest: {message}" for message in found), file=sys.stderr)
        return 2
    profile = library.check(args.file)
    print(f"{args.file}: the {profile.stage} profile {profile.name!r} is valid; {profile.summary}")
    return _measured(profile) if args.measure else 0


def findings(file: Path) -> Findings:
    """All that is wrong in a profile's file: its keys, then the parameters of its kinds."""
    from stresstest.profiles.findings import examine

    draft, found = examine(file)
    for layer in (layer for layers in (draft.severities.values() if draft else ()) for layer in layers):
        _build(draft, layer, found)  # type: ignore[arg-type]
    return found


def _build(draft: Profile, layer: Layer, found: Findings) -> None:
    """Build one layer again and again, each time without the parameter last refused."""
    parameters = dict(layer.parameters)
    while (error := _refusal(draft, replace(layer, parameters=parameters))) is not None:
        key = getattr(error.__cause__, "key", None)
        if key in parameters:
            found.add(error)
            del parameters[key]
        else:  # a key that is missing, or had to be left out above
            if key not in layer.parameters:
                found.add(error)
            return _check_limits(layer, parameters, found)


def _refusal(draft: Profile, layer: Layer) -> ProfileError | None:
    from stresstest.conditions import layers_of
    from stresstest.errors import ProfileError

    try:
        layers_of(replace(draft, severities={"": (layer,)}), "")
    except ProfileError as error:
        return error
    return None


def _check_limits(layer: Layer, parameters: Mapping[str, Any], found: Findings) -> None:
    """The numbers that are wrong by themselves, where the kind cannot be built."""
    from stresstest.errors import ParameterError
    from stresstest.perturbations.base import check_number
    from stresstest.plugins import load
    from stresstest.profiles.document import refuse
    from stresstest.profiles.parameters import limits_of

    limits = limits_of(load("perturbations", layer.kind))
    for key, value in parameters.items():
        if key in limits and not isinstance(value, list) and value is not None:
            try:
                check_number(key, value, *limits[key])
            except ParameterError as error:
                found.add(refuse(found.file, layer.lines.get(key), f"{error}."))


def _measured(profile: Profile) -> int:
    """Print every claim beside its measurement; 2 where one does not hold."""
    from stresstest.claims.measure import measure

    held = True
    for severity in profile.severities:
        claims = measure(profile, severity)
        held &= all(claim.held for claim in claims)
        _print(f"{profile.name}@{severity}" if severity else profile.name, claims)
    if not held:
        print("stresstest: a claim does not hold: change the number, or what makes the sound.", file=sys.stderr)
    return 0 if held else 2


def _print(title: str, claims: list[Claim]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("keys", "claim", "claimed", "measured", "tolerance", "holds", title=title, title_justify="left")
    for claim in claims:
        numbers = [f"{value:.4g} {claim.unit}".strip() for value in (claim.claimed, claim.measured, claim.tolerance)]
        table.add_row(", ".join(claim.keys), claim.what, *numbers, "yes" if claim.held else "NO")
    Console(width=None if Console().is_terminal else 160).print(table)

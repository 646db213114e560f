# SPDX-License-Identifier: Apache-2.0
"""Check one profile's file: every finding at once, and on request every claim measured."""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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
    """Print every claim beside its measurement; 2 where one does not hold, or a key is not measured."""
    from stresstest.claims.measure import examine

    status = 0
    for severity in profile.severities:
        examination = examine(profile, severity)
        title = f"{profile.name}@{severity}" if severity else profile.name
        _print(title, examination.claims)
        if not examination.held:
            status = 2
            wrong = [claim.what for claim in examination.claims if not claim.held]
            wrong += [f"{key}, which nothing measures" for key in examination.uncovered]
            print(f"stresstest: {title} does not measure as it says: {'; '.join(wrong)}.", file=sys.stderr)
    return status


def _print(title: str, claims: Sequence[Claim]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("keys", "claim", "claimed", "measured", "tolerance", "holds", title=title, title_justify="left")
    for claim in claims:
        table.add_row(*row_of(claim))
    Console(width=None if Console().is_terminal else 160).print(table)


def row_of(claim: Claim) -> tuple[str, ...]:
    """A claim as the cells of a table: keys, claim, claimed, measured, tolerance, holds."""
    digits = max(0, 1 + math.ceil(-math.log10(claim.tolerance))) if claim.tolerance > 0 else 3
    numbers = (f"{round(value, digits) + 0:.6g} {claim.unit}".strip() for value in (claim.claimed, claim.measured))
    tolerance = f"± {claim.tolerance:.3g}"
    return ", ".join(claim.keys), claim.what, *numbers, tolerance, "yes" if claim.held else "no"

# SPDX-License-Identifier: Apache-2.0
"""Show one profile."""

from __future__ import annotations

import argparse

SAYS = "one profile, whole"
EXAMPLE = "profile show noise/infusion_alarm"


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("profile", metavar="STAGE/NAME", help="for example noise/infusion_alarm")


def execute(args: argparse.Namespace) -> int:
    """Print the profile as YAML, with what its severities give resolved."""
    import yaml

    from stresstest.cli.profile._library import library_of, named
    from stresstest.conditions import layers_of
    from stresstest.profiles.library import to_mapping

    profile, _ = named(library_of(args), args.profile)
    for severity in profile.severities:
        layers_of(profile, severity)
    print(yaml.safe_dump(to_mapping(profile), sort_keys=False, allow_unicode=True), end="")
    return 0

# SPDX-License-Identifier: Apache-2.0
"""The profiles that a command names."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from stresstest.errors import ConfigError, ProfileError, allowed

if TYPE_CHECKING:
    from stresstest.profiles import Profile
    from stresstest.profiles.library import Library


def library_of(args: argparse.Namespace) -> Library:
    """The shipped profiles and those of the folder given with --profiles."""
    from stresstest.profiles.library import Library

    return Library.shipped(*([args.profiles] if args.profiles else []))


def named(library: Library, reference: str) -> tuple[Profile, str | None]:
    """The profile STAGE/NAME, and the severity where one is given as STAGE/NAME@SEVERITY. Raises ConfigError."""
    from stresstest.conditions import split_reference

    stage, _, rest = reference.partition("/")
    name, severity = split_reference(rest)
    if not name:
        raise ConfigError(f"A profile is named as STAGE/NAME, for example noise/infusion_alarm; got {reference!r}.")
    profile = library.get(stage, name)
    if "@" not in rest:
        return profile, None
    if severity not in profile.severities:
        names = [s for s in profile.severities if s]
        raise ProfileError(f"The profile {stage}/{name} has no severity {severity!r}; {allowed(severity, names)}.")
    return profile, severity


def is_shipped(profile: Profile) -> bool:
    """Whether the profile came with the installation."""
    from stresstest.places import data_folder

    return profile.origin is not None and profile.origin.is_relative_to(data_folder("noise_profiles").resolve())


def folder_of(profile: Profile) -> Path | None:
    """The folder to give as --profiles for this profile; None for a shipped one."""
    return None if is_shipped(profile) or profile.origin is None else profile.origin.parent.parent

# SPDX-License-Identifier: Apache-2.0
"""The library of profiles: folders laid out as `<stage>/<name>.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stresstest.errors import ProfileError, allowed
from stresstest.places import data_folder
from stresstest.profiles.mapping import from_mapping, to_mapping
from stresstest.profiles.profile import STAGES, Profile
from stresstest.profiles.reading import read_profile

__all__ = ["Library", "from_mapping", "to_mapping"]


class Library:
    """The profiles of several folders, usually the shipped one and the user's own; a name is in one folder only.

    The constructor lists files and reads none. Raises ProfileError for a folder that is missing or holds no stage,
    a file named `.yml`, and a name that two folders share.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._files: dict[tuple[str, str], Path] = {}
        for folder in folders:
            self._add(Path(folder))

    @classmethod
    def shipped(cls, *more: Path) -> Library:
        """The profiles that came with the installation, and those of the folders `more`."""
        return cls([data_folder("noise_profiles"), *more])

    def names(self, stage: str) -> list[str]:
        """The names of the profiles of a stage, sorted. Raises ProfileError for an unknown stage."""
        if stage not in STAGES:
            raise ProfileError(f"There is no stage {stage!r}; {allowed(stage, STAGES)}.")
        return sorted(name for s, name in self._files if s == stage)

    def get(self, stage: str, name: str) -> Profile:
        """One profile. Raises ProfileError for an unknown name, and for whatever is wrong in its file."""
        names = self.names(stage)
        if name not in names:
            raise ProfileError(f"There is no {stage} profile {name!r}; {allowed(name, names)}.")
        return self.check(self._files[stage, name])

    def check(self, file: Path) -> Profile:
        """The profile in any file, whether in the library or not. Raises ProfileError with file and line."""
        profile = read_profile(file)
        neighbors = [f.stem for f in file.resolve().parent.glob("*.yaml")]
        controls = [n for n in {*self.names(profile.stage), *neighbors} if n != profile.name]
        if profile.control is not None and profile.control not in controls:
            tail = allowed(profile.control, controls)
            raise ProfileError(
                f"{file}: control names the {profile.stage} profile {profile.control!r}, which is not there; {tail}."
            )
        return profile

    def _add(self, folder: Path) -> None:
        if not any((folder / stage).is_dir() for stage in STAGES):
            raise ProfileError(
                f"The folder of profiles {folder} holds no stage; lay it out as <stage>/<name>.yaml with the stages "
                f"{', '.join(STAGES)}."
            )
        for stage in STAGES:
            for wrong in sorted((folder / stage).glob("*.yml")):
                raise ProfileError(f"{wrong}: the name of a profile's file ends in .yaml; rename it.")
            for file in sorted((folder / stage).glob("*.yaml")):
                there = self._files.setdefault((stage, file.stem), file)
                if there != file:
                    raise ProfileError(
                        f"The {stage} profile {file.stem!r} is in {there} and in {file}; rename one of them."
                    )

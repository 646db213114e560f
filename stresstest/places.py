# SPDX-License-Identifier: Apache-2.0
"""Where the data folders lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

import os
from pathlib import Path

from stresstest.errors import InputError


def data_folder(name: str) -> Path:
    """The folder `conf` or `noise_profiles` that came with this installation."""
    package = Path(__file__).parent
    for parent in (package, package.parent):
        if (parent / name).is_dir():
            return parent / name
    raise InputError(
        f"The folder {name!r} that belongs to stresstest is neither in {package} nor beside it. "
        "Install the package again."
    )


def cache_folder() -> Path:
    """Where synthesized corpora are kept: STRESSTEST_CACHE, else the user's cache folder (made when missing)."""
    base = os.environ.get("STRESSTEST_CACHE")
    folder = Path(base) if base else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "stresstest"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_whole(path: Path, text: str) -> None:
    """Write a text file in UTF-8 whole or not at all: a reader never sees half of it."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)

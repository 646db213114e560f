# SPDX-License-Identifier: Apache-2.0
"""Where the data folders lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stresstest.errors import InputError, RunFolderError


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


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to, renamed to `path` at the end: a reader never sees half of a file.

    Where writing fails (a full disk, say) nothing is left behind, and the OSError names `path`.
    """
    part = path.with_name(path.name + ".part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise OSError(error.errno, os.strerror(error.errno) if error.errno else str(error), str(path)) from error


def write_whole(path: Path, text: str) -> None:
    """Write a text file in UTF-8 whole or not at all."""
    with whole(path) as part:
        part.write_text(text, encoding="utf-8")


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file of a run's folder. Raises RunFolderError where it is absent or holds something else."""
    if not path.is_file():
        raise RunFolderError(f"{path.parent} has no {path.name}; `stresstest run output={path.parent}` writes it.")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunFolderError(f"{path} is not JSON: {error}. Write it again with `stresstest rescore`.") from error
    if not isinstance(found, dict):
        raise RunFolderError(f"{path} holds a {type(found).__name__}; a JSON object belongs there.")
    return found

# SPDX-License-Identifier: Apache-2.0
"""What made a run: versions, hashes, seed, command and times."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from stresstest import __version__
from stresstest.places import read_object, write_whole

PACKAGES = (
    "numpy", "scipy", "soundfile", "soxr", "torch", "torchaudio", "audiomentations", "python-stretch", "jiwer",
    "rapidfuzz", "whisper-normalizer", "hydra-core", "omegaconf", "pyarrow", "matplotlib",
    "pocketsphinx", "espeakng-loader", "av", "pyworld-prebuilt",
)  # fmt: skip


def environment() -> dict[str, Any]:
    """Versions of this package, of Python, the platform and the libraries that can change a result."""
    packages = {}
    for name in PACKAGES:
        try:
            packages[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "stresstest": __version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "packages": packages,
    }


def now() -> str:
    """The time in UTC to the second, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read(folder: Path) -> dict[str, Any]:
    """provenance.json of a run. Raises RunFolderError where there is none."""
    return read_object(folder / "provenance.json")


def write(folder: Path, mapping: Mapping[str, Any]) -> None:
    """Write provenance.json, whole or not at all."""
    write_whole(folder / "provenance.json", json.dumps(mapping, indent=1, ensure_ascii=False) + "\n")


def peak_memory_mb() -> float:
    """The largest resident memory of this process so far, in megabytes."""
    import resource

    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(kilobytes / (1024 if sys.platform != "darwin" else 1024**2), 1)

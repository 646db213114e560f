# SPDX-License-Identifier: Apache-2.0
"""No recognizer of sound: it refuses every waveform."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    yield {}


FAULTS = {"refused": ready}

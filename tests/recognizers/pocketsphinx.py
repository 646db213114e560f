# SPDX-License-Identifier: Apache-2.0
"""PocketSphinx with its own model and a grammar, under which it answers in no time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    yield {"grammar": "digit"}

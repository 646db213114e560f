# SPDX-License-Identifier: Apache-2.0
"""A function of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ALLOWED = {"allowed_packages": ["callables"]}


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    yield {"function": "callables.louds", "batch_size": 3, **ALLOWED}


@contextmanager
def says(folder: Path, text: str) -> Iterator[dict[str, Any]]:
    yield {"function": "callables.Model", "options": {"answer": text}, "batch_size": 8, **ALLOWED}


@contextmanager
def answers_nothing(folder: Path) -> Iterator[dict[str, Any]]:
    yield {"function": "callables.nothing", **ALLOWED}


FAULTS = {"bad_output": answers_nothing}
LIBRARIES = ("callables",)

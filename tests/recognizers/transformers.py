# SPDX-License-Identifier: Apache-2.0
"""A tiny Whisper with random weights, saved as published ones are, and one that is drilled to say a text."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tiny_models import whisper


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    pytest.importorskip("transformers", reason="needs the extra transformers: pip install 'stresstest[transformers]'")
    yield {"model": str(whisper(folder)), "batch_size": 3, "device": "cpu"}


@contextmanager
def says(folder: Path, text: str) -> Iterator[dict[str, Any]]:
    pytest.importorskip("transformers", reason="needs the extra transformers: pip install 'stresstest[transformers]'")
    yield {"model": str(whisper(folder, says=text)), "language": "en", "device": "cpu"}

# SPDX-License-Identifier: Apache-2.0
"""A tiny wav2vec 2.0 with random weights, made and saved by torchaudio."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tiny_models import bundle_like


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    yield {**bundle_like(folder), "device": "cpu"}

# SPDX-License-Identifier: Apache-2.0
"""A Whisper of one layer a side with random weights, written in the format of whisper.cpp."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import tiny_ggml

LIBRARIES = ("pywhispercpp", "_pywhispercpp")


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    pytest.importorskip("pywhispercpp", reason="needs the extra whisper_cpp: pip install 'stresstest[whisper_cpp]'")
    yield {"model": str(tiny_ggml.whisper(folder / "ggml-tiny.bin")), "max_tokens": 8}

# SPDX-License-Identifier: Apache-2.0
"""A tiny Whisper with random weights, converted by CTranslate2's own converter."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tiny_models import ctranslate2

LIBRARIES = ("ctranslate2", "onnxruntime", "tokenizers")


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    for library, extra in (("faster_whisper", "faster_whisper"), ("transformers", "transformers")):
        pytest.importorskip(library, reason=f"needs the extra {extra}: pip install 'stresstest[{extra}]'")
    yield {"model": str(ctranslate2(folder)), "device": "cpu", "beams": 2, "max_new_tokens": 20, "word_times": True}

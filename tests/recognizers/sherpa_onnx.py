# SPDX-License-Identifier: Apache-2.0
"""A transducer of one layer a part, in ONNX."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import tiny_onnx

LIBRARIES = ("onnxruntime",)


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    pytest.importorskip("sherpa_onnx", reason="needs the extra sherpa_onnx: pip install 'stresstest[sherpa_onnx]'")
    pytest.importorskip("onnx", reason="needs onnx: pip install onnx")
    yield {"kind": "transducer", "files": tiny_onnx.transducer(folder), "batch_size": 2}

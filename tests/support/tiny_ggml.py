# SPDX-License-Identifier: Apache-2.0
"""A tiny Whisper with random weights in the file format of whisper.cpp (models/convert-h5-to-ggml.py there)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

from stresstest.seeds import rng_for

VOCABULARY, FRAMES, TOKENS, STATE, HEADS, LAYERS, MELS = 51864, 1500, 448, 64, 1, 1, 80
MAGIC, HALF = 0x67676D6C, 1


def whisper(path: Path) -> Path:
    """An English model of one layer a side."""
    sizes = (VOCABULARY, FRAMES, STATE, HEADS, LAYERS, TOKENS, STATE, HEADS, LAYERS, MELS, HALF)
    with path.open("wb") as file:
        file.write(struct.pack("<12i", MAGIC, *sizes))
        filters = np.abs(drawn("filters", MELS, 201)).astype(np.float32) * 0.01
        file.write(struct.pack("<2i", *filters.shape) + filters.tobytes())
        words = [b" ", b" -", b" '", *(bytes([97 + k % 26, 97 + k // 26 % 26]) for k in range(50254))]
        file.write(struct.pack("<i", len(words)))
        file.write(b"".join(struct.pack("<i", len(word)) + word for word in words))
        for name, array in tensors().items():
            held = name.encode()
            half = array.ndim > 1 and not name.endswith(("bias", "positional_embedding"))
            file.write(struct.pack(f"<{3 + array.ndim}i", array.ndim, len(held), HALF * half, *array.shape[::-1]))
            file.write(held + array.astype(np.float16 if half else np.float32).tobytes())
    return path


def drawn(name: str, *shape: int) -> Any:
    return (0.3 * rng_for(0, "ggml", name).standard_normal(shape)).astype(np.float32)


def tensors() -> dict[str, Any]:
    shapes: dict[str, tuple[int, ...]] = {
        "encoder.positional_embedding": (FRAMES, STATE), "encoder.conv1.weight": (STATE, MELS, 3),
        "encoder.conv1.bias": (STATE, 1), "encoder.conv2.weight": (STATE, STATE, 3), "encoder.conv2.bias": (STATE, 1),
        "decoder.positional_embedding": (TOKENS, STATE), "decoder.token_embedding.weight": (VOCABULARY, STATE),
        **norm("encoder.ln_post"), **norm("decoder.ln"),
    }  # fmt: skip
    for side, parts in (("encoder", ("attn",)), ("decoder", ("attn", "cross_attn"))):
        block = f"{side}.blocks.0"
        shapes |= norm(f"{block}.mlp_ln") | layer(f"{block}.mlp.0", 4 * STATE, STATE)
        shapes |= layer(f"{block}.mlp.2", STATE, 4 * STATE)
        for part in parts:
            shapes |= norm(f"{block}.{part}_ln") | {f"{block}.{part}.key.weight": (STATE, STATE)}
            for name in ("query", "value", "out"):
                shapes |= layer(f"{block}.{part}.{name}", STATE, STATE)
    return {name: drawn(name, *shape) for name, shape in shapes.items()}


def norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (STATE,), f"{name}.bias": (STATE,)}


def layer(name: str, rows: int, columns: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}

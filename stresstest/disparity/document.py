# SPDX-License-Identifier: Apache-2.0
"""The numbers as plain JSON values, and the file that holds them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stresstest.places import write_whole

SCHEMA = "stresstest/disparity/1"

DIGITS = 12
"""Significant digits of every float: enough for any reader, few enough to be the same on every machine."""


def plain(value: Any) -> Any:
    """Mappings, lists, text, numbers and None only; floats rounded to DIGITS, NaN and infinities as None."""
    if type(value) is float:  # most of them
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def write(mapping: Mapping[str, Any], path: Path) -> None:
    """Write the mapping as JSON, whole or not at all; equal mappings give equal bytes."""
    text = json.dumps(plain(mapping), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    write_whole(path, text)

# SPDX-License-Identifier: Apache-2.0
"""Options that look like secrets, kept out of every file and message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

SECRET = re.compile(r"(secret|token|password|passwd|credential|api_?key|access_?key)", re.IGNORECASE)
REDACTED = "(redacted)"


def redacted(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options with the value of every key that looks like a secret replaced, at any depth."""

    def clean(key: str, value: Any) -> Any:
        if SECRET.search(key) and value is not None:
            return REDACTED
        if isinstance(value, Mapping):
            return redacted(value)
        return [clean(key, v) for v in value] if isinstance(value, list | tuple) else value

    return {key: clean(key, value) for key, value in options.items()}


def without_secrets(text: str, options: Mapping[str, Any]) -> str:
    """The text with every secret of the options replaced, should a library have put one in its message."""

    def found(key: str, value: Any) -> Iterator[str]:
        if isinstance(value, Mapping):
            for k, v in value.items():
                yield from found(k if not SECRET.search(key) else key, v)
        elif isinstance(value, list | tuple):
            for v in value:
                yield from found(key, v)
        elif SECRET.search(key) and value is not None and str(value):
            yield str(value)

    for secret in sorted({s for k, v in options.items() for s in found(k, v)}, key=len, reverse=True):
        text = text.replace(secret, REDACTED)
    return text

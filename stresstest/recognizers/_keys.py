# SPDX-License-Identifier: Apache-2.0
"""Keys come from the environment and stand nowhere else."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from stresstest.errors import RecognizerError

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
KEY = re.compile(
    r"(sk-|sk_|rk_|gsk_|hf_|ghp_|xox[abp]-|AKIA|ASIA|AIza|ya29\.|eyJ[\w-]{8,}\.|Bearer |-----BEGIN)"
    r"|(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*\d)(?<![\w+/.-])[A-Za-z0-9+=_-]{32,}(?![\w+/.-])"
    r"|^[0-9a-f]{32,}$|//[^/@\s]+:[^/@\s]+@"
)
"""What keys of services look like: known beginnings, long mixtures of cases and digits, bare hexadecimal, user:password
in an address."""
SECRET_VARIABLE = re.compile(r"(KEY|SECRET|TOKEN|PASSW|CREDENTIAL)")
SHORTEST = 8
"""A shorter value of a variable is no key; to take it out of every message would take out words."""


def key_from(variable: str | None) -> str:
    """The key that a variable of the environment holds. Raises RecognizerError."""
    found = os.environ.get(variable or "", "").strip()
    if not found:
        raise RecognizerError(
            f"The recognizer needs a key in the environment variable {variable}, which is not set. "
            f"Set it (export {variable}=…), or name another one: recognizer.key_variable=NAME."
        )
    return found


def secrets_of_environment(variable: str | None) -> tuple[str, ...]:
    """The values of this variable and of all whose names say that they are secret, longest first."""
    found = {v.strip() for k, v in os.environ.items() if SECRET_VARIABLE.search(k) or k == variable}
    return tuple(sorted((v for v in found if len(v) >= SHORTEST), key=len, reverse=True))


def refuse_keys(options: Mapping[str, Any]) -> None:
    """Raise RecognizerError, which does not show it, where an option of a recognizer holds a key."""
    variable = options.get("key_variable")
    if variable is not None and (not VARIABLE.fullmatch(variable) or KEY.search(variable)):
        raise RecognizerError(
            "recognizer.key_variable takes the NAME of an environment variable, in capitals, such as MY_SERVICE_KEY; "
            f"got a text of {len(variable)} characters that is none. If it is the key: put it in a variable, name that "
            "here, and have the key replaced where it may have been seen."
        )
    for name, value in options.items():
        for text in _texts(value):
            if KEY.search(text):
                raise RecognizerError(
                    f"recognizer.{name} holds what looks like a key or a password ({len(text)} characters). Keys stand "
                    "in the environment only; recognizer.key_variable names the variable."
                )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)

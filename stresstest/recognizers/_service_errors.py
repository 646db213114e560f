# SPDX-License-Identifier: Apache-2.0
"""Requests without a usable answer, and what they mean for the next try."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC
from email.utils import parsedate_to_datetime

STATUS = {408: "timeout", 409: "unavailable", 425: "unavailable", 429: "rate_limited", 504: "timeout"}
"""Kinds of failure whose HTTP status says that the same request may do better later; so does every 5xx."""


class ServiceError(Exception):
    """A request without a usable answer: the kind of Failure, whether to try again, and after how many seconds."""

    def __init__(self, kind: str, message: str, again: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind, self.again, self.retry_after = kind, again, retry_after


def of_status(status: int, message: str, headers: Mapping[str, str] | None = None, now: float = 0.0) -> ServiceError:
    """The ServiceError of an HTTP status from 400; `now`, in seconds since 1970, turns a date in Retry-After into
    seconds."""
    kind = STATUS.get(status, "unavailable" if status >= 500 else "refused")
    after = retry_after({k.lower(): v for k, v in (headers or {}).items()}.get("retry-after"), now)
    return ServiceError(kind, f"HTTP {status}: {message}", kind != "refused", after)


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait as Retry-After says them, as a number or as an HTTP date (RFC 9110, 10.2.3); None: not said."""
    if value is None:
        return None
    with suppress(ValueError):
        return max(0.0, float(value))
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, when.replace(tzinfo=when.tzinfo or UTC).timestamp() - now)


def meaning(error: Exception, now: float) -> ServiceError | None:
    """What an exception of a request means; None: nothing that is known.

    Reads `status_code` and `response.headers`, which the exceptions of most clients have. now: as for `of_status`.
    """
    status = getattr(error, "status_code", None)
    headers = getattr(getattr(error, "response", None), "headers", None)
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, ServiceError):
        return error
    if isinstance(status, int) and status >= 400:
        return of_status(status, said, headers, now)
    if isinstance(error, TimeoutError):
        return ServiceError("timeout", said, again=True)
    if isinstance(error, OSError):
        return ServiceError("unavailable", said, again=True)
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return ServiceError("bad_output", said, again=True)  # an answer cut off or mixed up on its way
    if isinstance(error, ValueError | KeyError | IndexError | TypeError | AttributeError):
        return ServiceError("bad_output", said)
    return None

# SPDX-License-Identifier: Apache-2.0
"""What decodes took, by recognizer and accent: seconds, and what a service was sent and paid."""

from __future__ import annotations

from typing import Any

import numpy as np

from stresstest.results import Results


def takings(results: Results) -> dict[str, dict[str, dict[str, Any]]]:
    """Recognizer → accent → seconds of audio and of decoding, the median and 95th percentile of the real-time factor
    (decode seconds a second of audio, over decodes), and, of a hosted recognizer, seconds sent, requests and US
    dollars; None where not known."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name in results.names("recognizer"):
        own = results.where(recognizer=name)
        found[name] = {accent: _of(own.where(accent=accent)) for accent in sorted(own.names("accent"))}
    return found


def _of(results: Results) -> dict[str, Any]:
    table = results.table
    audio, decode = (np.asarray(table[n].to_numpy(), float) for n in ("audio_seconds", "decode_seconds"))
    timed = np.isfinite(audio) & np.isfinite(decode) & (audio > 0)
    factors = decode[timed] / audio[timed]
    median, high = np.percentile(factors, [50, 95]).tolist() if factors.size else (None, None)
    return {
        "audio_seconds": round(float(audio[timed].sum()), 3),
        "decode_seconds": round(float(decode[timed].sum()), 3),
        "rtf_median": None if median is None else round(median, 4),
        "rtf_p95": None if high is None else round(high, 4),
        **{name: _total(results, name) for name in ("sent_seconds", "requests", "cost_usd")},
    }


def _total(results: Results, column: str) -> float | None:
    import pyarrow.compute as pc

    total = pc.sum(results.table[column]).as_py()
    return None if total is None else round(total, 6)

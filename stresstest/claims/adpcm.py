# SPDX-License-Identifier: Apache-2.0
"""Measures ADPCM: lag, band and bit rate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stresstest.claims._coding import band_claim, file_claim, lag_claims
from stresstest.claims.base import Claim, Instrument


class Adpcm(Instrument):
    """Correlates, looks at the spectrum of noise and weighs the file."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        keys = ("bitrate_kbps",)
        yield from lag_claims(kind, keys)
        yield band_claim(kind, keys, 4000)
        yield file_claim(keys, kind.bitrate_kbps, kind.sent)

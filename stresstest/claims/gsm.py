# SPDX-License-Identifier: Apache-2.0
"""Measures GSM full rate: lag, band and bit rate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stresstest.claims._coding import band_claim, file_claim, lag_claims
from stresstest.claims.base import Claim, Instrument


class Gsm(Instrument):
    """Correlates, looks at the spectrum of noise and weighs the file."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        yield from lag_claims(kind, ())
        yield band_claim(kind, (), 4000)
        yield file_claim((), 13, kind.sent)

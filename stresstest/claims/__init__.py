# SPDX-License-Identifier: Apache-2.0
"""What profiles claim, measured: one instrument a kind, and those of whole profiles."""

from stresstest.claims.base import Claim, Instrument

__all__ = ["Claim", "Instrument"]

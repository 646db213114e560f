# SPDX-License-Identifier: Apache-2.0
"""Measures jitter by what it loses: the share and the runs of late packets, the packet, and the concealment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from stresstest.claims._packets import concealment_claims, heard_losses, packet_claim, run_claim, share_claim
from stresstest.claims.base import Claim, Instrument


class Jitter(Instrument):
    """Counts silent packets where late ones are silent, and listens into a long gap."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        from scipy.stats import multivariate_normal, norm

        depth = kind.buffer_ms / kind.jitter_ms
        late = float(norm.sf(depth))
        lost = heard_losses(replace(kind, concealment="zero"), kind.packet_ms, "late")
        inflation = (1 + kind.correlation) / (1 - kind.correlation)
        yield share_claim(lost, 100 * late, inflation, ("jitter_ms", "buffer_ms"))
        if lost.any():
            pair = [[1, kind.correlation], [kind.correlation, 1]]
            both = float(multivariate_normal.cdf([-depth, -depth], cov=pair))
            yield run_claim(lost, late / (late - both), ("correlation",))
        even = replace(kind, buffer_ms=0.0, correlation=0.0)
        yield packet_claim(replace(even, concealment="zero"), kind.packet_ms)
        long = replace(even, correlation=min(0.99, 1 - kind.packet_ms / 1000))
        yield from concealment_claims(replace(long, concealment="zero"), long, kind.concealment)

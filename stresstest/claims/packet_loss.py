# SPDX-License-Identifier: Apache-2.0
"""Measures packet loss: share, runs and memory of the losses, the packet, and the concealment."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from stresstest.claims._packets import concealment_claims, heard_losses, packet_claim, run_claim, share_claim
from stresstest.claims.base import Claim, Instrument

STATES = ("loss_percent", "mean_burst", "bad_loss_percent", "good_loss_percent")
MEMORY_TOLERANCE = 0.05


class PacketLoss(Instrument):
    """Counts silent packets where losses are silent, and listens into a long gap."""

    def claims(self, kind: Any) -> Iterator[Claim]:
        loss, bad, good = (x / 100 for x in (kind.loss_percent, kind.bad_loss_percent, kind.good_loss_percent))
        in_bad = (loss - good) / (bad - good)
        to_good, to_bad = 1 / kind.mean_burst, in_bad / (1 - in_bad) / kind.mean_burst
        memory = 1 - to_good - to_bad
        contrast = (bad - good) ** 2 * in_bad * (1 - in_bad) / max(loss * (1 - loss), 1e-12)
        lost = heard_losses(replace(kind, concealment="zero"), kind.packet_ms, "losses")
        yield share_claim(lost, kind.loss_percent, 1 + 2 * contrast * memory / (1 - memory), STATES)
        if kind.loss_percent:
            both = in_bad * bad * ((1 - to_good) * bad + to_good * good)
            both += (1 - in_bad) * good * (to_bad * bad + (1 - to_bad) * good)
            yield run_claim(lost, loss / (loss - both), STATES)
            lag = max(1, round(kind.mean_burst))
            measured = float(np.corrcoef(lost[lag:], lost[:-lag])[0, 1]) if lost.any() else math.nan
            what = f"correlation of losses {lag} packets apart"
            yield Claim(STATES, what, contrast * memory**lag, measured, MEMORY_TOLERANCE)
        even = {"mean_burst": 1.0, "loss_percent": 50.0, "bad_loss_percent": 100.0, "good_loss_percent": 0.0}
        yield packet_claim(replace(kind, **even, concealment="zero"), kind.packet_ms)
        long = replace(kind, **{**even, "mean_burst": 2 + 300 / kind.packet_ms})
        yield from concealment_claims(replace(long, concealment="zero"), long, kind.concealment)

# SPDX-License-Identifier: Apache-2.0
"""A warning where the speakers of one group differ much more from one another than those of another."""

from __future__ import annotations

from collections.abc import Iterator

from stresstest.disparity.tally import Tally
from stresstest.statistics.alike import spreads

LEVEL = 0.05
RATIO = 1.5
"""Below this ratio of standard deviations a difference does not matter, however sure it is."""
ENOUGH_SPEAKERS = 20
"""From so many speakers in the group that varies most the p of a gap holds (measured: docs/calibration.md)."""


def unlike_warnings(tally: Tally) -> Iterator[str]:
    """At most one sentence, from each speaker's errors over all conditions."""
    table = tally.table
    words = table.words.sum(axis=1)
    found = spreads(table.errors.sum(axis=1), words, table.groups)
    if found is None or found.p_value >= LEVEL or found.ratio < RATIO:
        return
    least, most = min(found.sd, key=lambda g: found.sd[g]), max(found.sd, key=lambda g: found.sd[g])
    speakers = sum(group == most and bool(spoken) for group, spoken in zip(table.groups, words, strict=True))
    if speakers >= ENOUGH_SPEAKERS:
        return
    yield (
        f"Speakers of {most} differ more from one another than those of {least} (standard deviation of the logarithm "
        f"of their WER {found.sd[most]:.2f} against {found.sd[least]:.2f}), and there are {speakers}. With fewer than "
        f"{ENOUGH_SPEAKERS} such speakers the p of a gap and the verdict find a gap by chance up to twice as often as "
        "they say. Read the change beyond the rest as a log ratio and the decibels, which hold there."
    )

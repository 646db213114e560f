# SPDX-License-Identifier: Apache-2.0
"""What `corpus describe --quality` says of the recordings of each group before any perturbation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stresstest.corpora import Utterance

COLUMNS = (
    ("snr_db", "SNR (dB)", 1.0), ("level_dbov", "level (dBov)", 1.0), ("bandwidth_hz", "upper edge (kHz)", 1e-3),
    ("cut", "band cut (%)", 100.0), ("clipped", "clipped (%)", 100.0),
)  # fmt: skip
REPLICATES = 10_000
MEANING = (
    "SNR: speech over the noise in its pauses. Level: below the loudest that a file holds. Upper edge: the highest "
    "frequency. Band cut: the share of recordings whose band ends abruptly. Reverberation is not estimated."
)


def show(console: Any, utterances: Sequence[Utterance]) -> None:
    """Print medians with quartiles over speakers, what may have cut a band, and where groups differ."""
    from rich.table import Table

    from stresstest.disparity.recordings import recording_warnings, recordings_entry
    from stresstest.engine.quality import MOST_SPEAKERS, MOST_UTTERANCES, describe_quality
    from stresstest.study import RenderOptions

    quality = describe_quality(utterances, RenderOptions().rate_hz, 0)
    title = f"recordings: median [quartiles] over at most {MOST_SPEAKERS} speakers × {MOST_UTTERANCES} utterances"
    table = Table("group", "speakers", *(name for _, name, _ in COLUMNS), title=title)
    for group, entry in quality.items():
        table.add_row(group, str(entry["speakers"]), *(_spread(entry.get(k), scale) for k, _, scale in COLUMNS))
    console.print(table)
    for group, entry in quality.items():
        for says, number in entry["traces"].items():
            console.print(f"{group}: {number} of {entry['utterances']} end where {says} ends.", highlight=False)
    console.print(MEANING, highlight=False, soft_wrap=True)
    found = recordings_entry(quality, 0, REPLICATES)
    for sentence in recording_warnings(found):
        console.print(f"warning: {sentence}", highlight=False, soft_wrap=True)
    if found and not recording_warnings(found):
        console.print("No difference between the groups is both beyond chance and large enough to matter.")


def _spread(entry: dict[str, float] | None, scale: float) -> str:
    if entry is None:
        return "–"
    median, low, high = (f"{entry[key] * scale:.3g}" for key in ("median", "low", "high"))
    return f"{median} [{low}, {high}]"

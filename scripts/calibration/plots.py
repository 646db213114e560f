# SPDX-License-Identifier: Apache-2.0
"""Figures → docs/calibration.svg: four panels over the number of speakers, for six accents alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from calibration.harness import BANDS, Figure

ACCENTS = 6
PANELS = (
    ("False positives (%)", "test", False, ("gap: p", "difference in differences: p",
     "difference in differences as a log ratio: p", "bootstrap of utterances: two groups differ")),
    ("Coverage of 95 % intervals (%)", "interval", False, ("WER of the last group", "change from clean, last group",
     "difference in differences, last group", "difference in differences as a log ratio, last group")),
    ("Bias of the gap (points of WER)", "estimate", False, ("gap: largest less smallest",
     "gap less its permutation mean", "gap: cross-fit")),
    ("Power (%)", "test", True, ("gap: p", "difference in differences: p",
     "difference in differences as a log ratio: p")),
)  # fmt: skip


def draw(found: Sequence[Figure], path: Path) -> None:
    """The plot as SVG, the same bytes for the same figures."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "calibration", "font.size": 8, "svg.fonttype": "none"})
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(9, 6.2), layout="constrained")
    for ax, panel in zip(axes.flat, PANELS, strict=True):
        _panel(ax, found, *panel)
    figure.suptitle(f"{ACCENTS} accents, by speakers an accent; gray: what is wanted")
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)


def _panel(ax: Any, found: Sequence[Figure], title: str, kind: str, apart: bool, names: Sequence[str]) -> None:
    for name in names:
        some = sorted(
            (f for f in found if f.method == name and f.kind == kind and f.setting.apart is apart
             and f.setting.shape == "equal" and f.setting.groups == ACCENTS),
            key=lambda f: f.setting.speakers,
        )  # fmt: skip
        ax.errorbar(
            [f.setting.speakers for f in some], [100 * f.mean for f in some], [200 * f.error for f in some],
            marker="o", markersize=3, linewidth=1, capsize=2, label=name,
        )  # fmt: skip
    if kind in BANDS and not apart:
        ax.axhspan(*(100 * bound for bound in BANDS[kind]), color="0.85", zorder=0)
    ax.set(title=title, xscale="log", xlabel="speakers an accent", xticks=[5, 10, 20, 50])
    ax.set_xticklabels(["5", "10", "20", "50"])
    ax.minorticks_off()
    ax.legend(frameon=False, fontsize=7)

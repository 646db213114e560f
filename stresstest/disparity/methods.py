# SPDX-License-Identifier: Apache-2.0
"""How the numbers are made, in the words of the file itself."""

from __future__ import annotations

from typing import Any

from stresstest.disparity.groups import CEILING
from stresstest.statistics.intervals import BOOTSTRAP_SPEAKERS, LEVEL, MIN_SPEAKERS


def methods(replicates: int) -> dict[str, Any]:
    """The entry `methods` of the file."""
    return {
        "unit": "speaker",
        "level": LEVEL,
        "replicates": replicates,
        "min_speakers": MIN_SPEAKERS,
        "bootstrap_speakers": BOOTSTRAP_SPEAKERS,
        "ceiling_wer": CEILING,
        "group_interval": f"none under {MIN_SPEAKERS} speakers; limits of the logarithm, Student's t; from "
        f"{BOOTSTRAP_SPEAKERS} the wider of that and a studentized bootstrap of speakers",
        "gap_interval": "simultaneous over all pairs of groups (max-t), so that it covers the largest true difference; "
        "limits of each group on the logarithm, joined (MOVER)",
        "spread": "standard deviation of the rates between groups, as seen and corrected by the mean sampling variance "
        "(double-corrected, Lum, Zhang & Bower 2022); interval from the noncentral F distribution",
        "beside": "each group less the declared reference, the rest by words, and the mean by population or words; "
        "intervals simultaneous over groups (max-t), skewed limits of each group joined (MOVER)",
        "f1_low": "lower bound of F1, simultaneous over groups with enough speakers (one-sided max-t on the logarithm "
        "of what F1 loses); f1_high, the upper bound, alike",
        "kinds_of_error": "substitutions, deletions and insertions by the words of the reference; intervals as the "
        "group's",
        "hallucinated": "utterances with more errors than words; empty: with words and an empty transcript; intervals "
        "exact binomial for the effective number of trials (Korn & Graubard 1998)",
        "null": "group labels of whole speakers permuted",
        "gap_p": "the larger of two: labels of whole speakers permuted, by the largest studentized difference of two "
        "groups' logarithms; and the same difference beside draws in which every group keeps its own spread",
        "crossfit": "worst and best group picked on half of the speakers, measured on the other half, 100 splits",
        "degradation": "decodes scored in both conditions, linearized by speaker, Welch's t; rest: other groups pooled",
        "simultaneous": "max-t over groups × conditions of a recognizer, by measure; quantile of the largest "
        "studentized change when speakers are drawn anew (bootstrap-t), in small groups from the speakers of all "
        "groups, smoothed under 15 speakers; their variance is at least half of that between all speakers",
        "p_adjusted": "Benjamini–Hochberg over groups × conditions of a recognizer, by measure; exploratory",
        "mde": "smallest difference of two such groups found with power 0.8 at level 0.95",
        "draws": "two-way random effects of speaker and draw on a group's pooled WER; draw_share: the part of its "
        "variance that the draw of the noise makes, alone and with the speaker",
        "thresholds": "logistic curve of WER against SNR with floor and ceiling, fitted to each group; SNR at the "
        "target WER; jackknife over speakers, Student's t; shift: against the mean of the other groups, Welch's t",
        "regression": "Poisson regression of errors on group × condition, speakers as clusters (GEE); words an "
        "utterance and the corpus's traits of speakers, alone and with the condition, held equal where they can be",
        "speakers_needed": "more speakers in every group that settle the verdict if rates and spread stay as seen",
    }

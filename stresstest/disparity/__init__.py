# SPDX-License-Identifier: Apache-2.0
"""Results → disparity.json: every number that compares groups, computed without decoding and without scoring.

    tally.py        counts by speaker, from the long table
    groups.py       what is said of each group, and the gap between them
    mistakes.py     how a group's words go wrong: kinds of error, invented and empty transcripts, speakers one by one
    availability.py who gets no answer, an empty one or a loop
    word_f1.py      F1 with lower bounds for every group at once
    beside.py       each group beside the reference, the rest and the mean; the spread between groups
    degradation.py  what a condition does to each group, against clean and against its control
    thresholds.py   the accent effect in dB: what SNR each group needs for the same error rate
    regression.py   `log_did` once more by a regression, and where the two disagree
    covariates.py   what else differs between speakers, which the regression holds equal
    multiverse.py   the same transcripts scored in every defensible way, and what of the verdicts depends on the way
    universes.py    the ways, and what each says of every condition
    rescoring.py    the transcripts scored in another way
    reversals.py    what one way says and another contradicts
    pairing.py      two results of the same decodes, row by row; what is not paired is refused
    counterparts.py the counts of two systems by speaker and by group
    comparison.py   `compare`: two systems → compare.json; comparison_rows.py: one group of it
    claim_texts.py  claims as people write them; claim_points.py: the figures they limit; claim_verdicts.py: judged
    claims.py       the claims that the study declares
    context.py      what stands beside the numbers: power.py: what this size shows; readings.py, texts.py: matched
                    prompts and a standard mix of texts; recordings.py: are groups recorded alike; pseudo.py: no ids
    grouping.py     which columns make the groups, and which groups are withheld
    cautions.py     what is missing, and what to beware of; unlike.py: groups whose speakers do not differ alike
    doubts.py       why a small gap may not be called within the tolerance
    methods.py      how the numbers are made, in words
    cells.py        `compute`: one entry for each (recognizer, condition)
    document.py     plain JSON values, and `write`

The file has `schema`, `study`, `seed`, `tolerance`, `group_by`, `withheld`, `methods`, `cells`, `availability`,
`thresholds`, `regression`, `multiverse`, `claims`, `missing`, `warnings`. `group_by` says what the word accent stands
for below; `withheld` names the groups of too few speakers, which are in no number. A cell has

    recognizer, condition   the condition's label
    overall, groups         accent → counts, `wer` with `low` and `high`, `f1`, `failed`, `cv`, `mde`, `ceiling`
                            `f1_low`, `f1_high`, a rate for each kind of error with its interval (`insertion_rate`,
                            `insertion_low`, `insertion_high`), `speaker_mean`, medians, `hallucinated`, `empty`
    f1_min                  the group with the smallest F1, its value, and `low`, which holds for every group at once
    ceiling                 true where a group's WER is at 0.9 or above: gaps close there by themselves
    gap                     with its null, p, cross-fit value, simultaneous interval and `spread`; null with one group
    beside                  `reference`, `rest`, `mean`: accent → `difference`, `ratio`, simultaneous `low` and `high`
    against, degradation    accent → `delta_wer`, `did`, `log_did` against the condition that `against` names, each with
                            `low`, `high`, `p_value`, `p_adjusted`, and `simultaneous_low` and `simultaneous_high` for
                            all accents and conditions at once; `ceiling`: a change that is not to be read
    control                 the same against the control that a profile names (the passthrough of a vocoder), or null
    verdict                 `outcome`, `max_gap`, `speakers_needed`, `reason`
    matched, standardized   accent → its difference on shared prompts, and its WER on a standard mix of texts; or null

`availability` has an entry a recognizer over all conditions: accent → `decodes`, failures by `kinds`, `unanswered`,
`empty` and `loops` (number, `rate`, `low`, `high`), `said_on_silence`; and `differences` with p-values.

`with_context` adds these two, and `power`, `texts`, `recorded` (recordings by group), `recordings` (how they compare)
and `pseudo_speakers`, from provenance.json and results.

`utterances` counts scored decodes, so that a replicate counts again. A failed decode is in `failed`, its words are in
`failed_words`, and a speaker of whom all decodes failed is in `speakers_lost`; no rate counts any of them.
WER and its differences are fractions. What cannot be said is null.
"""

from stresstest.disparity.cells import compute
from stresstest.disparity.document import SCHEMA, write
from stresstest.disparity.doubts import doubt

__all__ = ["SCHEMA", "compute", "doubt", "write"]

# SPDX-License-Identifier: Apache-2.0
"""How the conditions were made and how the numbers were judged."""

from __future__ import annotations

from stresstest.sections._words import group_noun, of_groups, text_cell
from stresstest.sections.base import Cell, Content, Evidence, Heading, Paragraph, Section, Table
from stresstest.study import RenderOptions


class Method(Section):
    """How SNR was set, what was done about chance, how words were counted."""

    title = "How it was done"
    place = 120
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        study, noun = evidence.study, group_noun(evidence.study)
        return [
            Heading("Levels"),
            Paragraph(_levels(study.render)),
            Heading("Noise is paired"),
            Paragraph(
                of_groups(PAIRED, noun)
                + (f" Each condition is repeated with {study.reps} draws of the noise." if study.reps > 1 else ONE_DRAW)
            ),
            Heading("Words"),
            Paragraph(
                f"Reference and hypothesis are normalized alike ({_shown(study.normalizer)}) and aligned word by word. "
                "The WER of a group is the sum of its errors over the sum of its words; rates are never averaged."
            ),
            Heading("Chance"),
            Paragraph(of_groups(CHANCE, noun)),
            *_methods(evidence),
        ]


def _shown(name: str) -> str:
    """A normalizer's name; of its variants, the number."""
    start, variants, pairs = name.partition(",variants=")
    return f"{start} with {pairs.count('>')} spelling variants" if variants else name


PAIRED = (
    "Every random draw depends on the seed, the profile, the prompt and the repetition alone. Along the SNR axis and "
    "across recognizers the same noise is only made louder or softer, and where speakers of several accents read the "
    "same text it begins at the same phase for all of them, so that every comparison is within noise."
)
ONE_DRAW = (
    " Each condition was heard with one draw of the noise; what another draw would change is in no interval (reps=3 "
    "measures it)."
)
CHANCE = (
    "Speakers are the unit of every interval and test, because utterances of one speaker are alike. The null of a gap "
    "deals whole speakers to the accents at random, with all their conditions; p is the share of deals with a gap at "
    "least as wide. The interval of a gap is simultaneous over all pairs of accents, so that picking the worst pair "
    "does not make it too narrow."
)


def _methods(evidence: Evidence) -> list[Table]:
    found = evidence.disparity.get("methods") or {}
    rows = tuple(
        (text_cell(key.replace("_", " ")), Cell(f"{value:,}" if isinstance(value, int) else str(value), value))
        for key, value in found.items()
    )
    return [Table("How the numbers are made, as disparity.json says it", ("What", "How"), rows)] if rows else []


def _levels(render: RenderOptions) -> str:
    weighting = "A-weighted" if render.snr_weighting == "A" else "unweighted"
    reference = {
        None: "its level while it sounds or its long-term level, as each profile says",
        "on": "its level while it sounds",
        "long_term": "its long-term level, pauses included",
    }[render.snr_reference]
    mode = {
        "fixed_snr": "The SNR is set against the voice as changed by the voice stage.",
        "fixed_noise": "The noise has the level that the unchanged voice would ask for, so a softer voice has a "
        "lower SNR.",
    }[render.level_mode]
    decibels = f"{render.speech_level_dbov:g}".replace("-", "−")
    return (
        f"Each utterance is brought to an active speech level of {decibels} dBov (ITU-T P.56, which leaves pauses "
        f"out). The SNR is the active speech level, after voice and room, minus the level of the noise: {reference}. "
        f"Both are {weighting}, in the band 0 to {render.rate_hz / 2000:g} kHz; in a room, speech counts up to 50 ms "
        f"after the direct sound. {mode} Noise fills the {render.padding_ms:g} ms before and after the speech as well. "
        "A mixture that would clip is scaled as a whole, and the gain is recorded."
    )

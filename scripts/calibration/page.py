# SPDX-License-Identifier: Apache-2.0
"""Figures → docs/calibration.md."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from calibration.harness import BANDS, Figure
from calibration.worlds import LAW, NOISY, UTTERANCES, WORDS

SHAPES = {
    "equal": "Accents of equal size and equal spread",
    "sizes": "Every other accent has three times the speakers",
    "spread": "Speakers of every other accent vary little (CV 0.3), of the rest much (CV 0.8)",
    "both": "Accents with few speakers vary much, those with three times as many vary little",
}

Show = Callable[[Figure], str]

FEW = 300
"""A share from fewer worlds has its standard error beside it: a slow method, tried in some of the worlds."""

REMARKS = Path(__file__).with_name("remarks.md")
"""What a person says of the figures; it stands at the top of the page."""


def page(found: Sequence[Figure], seed: int, command: str) -> str:
    """The whole page."""
    trials = {f.setting: f.worlds for f in sorted(found, key=lambda f: f.worlds)}
    worlds, settings = sum(trials.values()), len(trials)
    parts = [
        INTRODUCTION.format(
            worlds=f"{worlds:,}", settings=settings, seed=seed, command=command, floor=100 * LAW.floor,
            noisy=100 * LAW.nominal(NOISY), snr=NOISY, cv=LAW.speaker_cv, response=LAW.response_cv,
            correlation=LAW.correlation, insertions=100 * LAW.insertion_share, deletions=100 * LAW.deletion_share,
            utterances=UTTERANCES, low=WORDS[0], high=WORDS[1] - 1,
        ),
        REMARKS.read_text(encoding="utf-8").strip(),
        "![Four panels: false positives, coverage, bias of the gap, power](calibration.svg)",
        *_not_held(found),
    ]  # fmt: skip
    for shape, title in SHAPES.items():
        alike = [f for f in found if f.setting.shape == shape and not f.setting.apart]
        if alike:
            parts += [f"## {title}", *_tables(alike)]
    apart = [f for f in found if f.setting.apart]
    if apart:
        parts += ["## One accent is truly worse", APART, *_tables(apart, "Power: share of worlds in which it is found")]
    return "\n\n".join(parts) + "\n"


INTRODUCTION = """\
<!-- Written by scripts/calibrate; not to be edited by hand. -->
# Calibration: what the statistics do where the truth is known

{worlds} worlds in {settings} settings, drawn with seed {seed}. `{command}` measures all of it again and gives the same
figures, which calibration.json holds.

Each world is drawn from the law that `recognizer=known_truth` uses (`stresstest/statistics/worlds.py`), at the level
of counts: {floor:g} % of words wrong on clean speech, {noisy:.0f} % at {snr:g} dB. Speakers' rates are log-normal with
a coefficient of variation (CV) of {cv:g}, and of {response:g} more, new in each condition; words of an utterance
correlate by {correlation:g}; {insertions:g} % of errors are insertions, {deletions:g} % of the wrong words deletions.
Each speaker has {utterances} utterances of {low} to {high} words. Other laws may give other figures. Slow methods are
tried in some of the worlds; below 300 worlds the standard error stands beside the share.

Columns are accents × speakers an accent. The standard error of a share of 5 % or 95 % is 0.8 points with 800 worlds and
1.1 with 400, as where accents are unlike or one is worse. **Bold**: outside what is wanted by more than two standard
errors, on the side on which too much is claimed. *Slanted*: outside on the other side, so that less is found than could
be. A single bold figure among hundreds can be chance; a row of them is not."""

APART = """\
The last accent has a floor of 12 % and needs 2 dB more SNR than the others. Coverage is that of a difference that is
there; tests now find something true, and their rows are power."""


def _not_held(found: Sequence[Figure]) -> Iterator[str]:
    rows: dict[tuple[str, str, bool], list[Figure]] = {}
    for f in found:
        if f.judged and f.offered and f.mean == f.mean:
            rows.setdefault((f.method, f.setting.shape, f.setting.apart), []).append(f)
    bad = [row for row in rows.values() if pooled(row).harmful or any(f.harmful for f in row)]
    yield "## What is not held"
    if not bad:
        yield "Nothing that the tool offers is outside what is wanted on the side on which too much is claimed."
        return
    yield NOT_HELD
    yield "\n".join(["| method | setting | all | from | to | wanted |", "|---|---|---|---|---|---|", *map(_bad, bad)])


NOT_HELD = """\
Rows of which one column, or all columns together, are outside by more than two standard errors; `all` is their mean,
whose standard error is a third of a column's or less."""


def pooled(row: Sequence[Figure]) -> Figure:
    """All columns of a row as one figure."""
    worlds = sum(f.worlds for f in row)
    mean = sum(f.mean * f.worlds for f in row) / worlds
    error = math.sqrt(sum((f.error * f.worlds) ** 2 for f in row)) / worlds
    return replace(row[0], mean=mean, error=error, worlds=worlds)


def _bad(row: Sequence[Figure]) -> str:
    low, high = BANDS[row[0].kind]
    setting = row[0].setting.shape + (", one accent worse" if row[0].setting.apart else "")
    seen = [100 * pooled(row).mean, *(100 * bound(f.mean for f in row) for bound in (min, max))]
    shares = " | ".join(f"{share:.1f} %" for share in seen)
    return f"| {row[0].method} | {setting} | {shares} | {100 * low:g} to {100 * high:g} % |"


def _tables(
    found: Sequence[Figure], tests: str = "False positives of tests at nominal 5 % (wanted: 3 to 7)"
) -> Iterator[str]:
    kinds: dict[str, tuple[str, Show]] = {
        "test": (tests, _share),
        "verdict": ("Wrong verdicts (at most 5 % by construction)", _share),
        "interval": ("Coverage of 95 % intervals (wanted: 93 to 97)", _share),
        "wide": ("Coverage of simultaneous 95 % intervals (wanted: 93 or more)", _share),
        "estimate": ("Bias of estimates, in points of WER or dB (± standard error)", _bias),
    }
    for offered in (True, False):
        for kind, (title, show) in kinds.items():
            some = [f for f in found if f.kind == kind and f.offered is offered]
            if some:
                yield f"**{title}{'' if offered else ' of methods that the tool does not offer'}**"
                yield _table(some, show)


def _table(found: Sequence[Figure], show: Show) -> str:
    columns = sorted({f.setting for f in found}, key=lambda s: (s.groups, s.speakers))
    cells = {(f.method, f.setting): show(f) for f in found}
    head = "| | " + " | ".join(f"{s.groups}×{s.speakers}" for s in columns) + " |"
    rows = [
        f"| {name} | " + " | ".join(cells.get((name, s), "") for s in columns) + " |"
        for name in dict.fromkeys(f.method for f in found)
    ]
    return "\n".join([head, "|---" * (len(columns) + 1) + "|", *rows])


def _share(f: Figure) -> str:
    if f.mean != f.mean:
        return "refused"
    text = f"{100 * f.mean:.1f}"
    if f.judged and not f.in_band:
        text = f"**{text}**" if f.harmful else f"*{text}*"
    few = f" ± {100 * f.error:.1f}" if f.worlds < FEW else ""
    return text + few + (f" ({100 * f.refused:.0f} % refused)" if f.refused > 0.005 else "")


def _bias(f: Figure) -> str:
    if f.mean != f.mean:
        return "refused"
    scale = 1 if f.method.endswith("dB") else 100
    refused = f" ({100 * f.refused:.0f} % refused)" if f.refused > 0.005 else ""
    return f"{scale * f.mean:+.2f} ± {scale * f.error:.2f}{refused}"

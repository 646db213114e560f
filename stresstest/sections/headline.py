# SPDX-License-Identifier: Apache-2.0
"""The answer in a few sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from stresstest.sections._cells import View, gap_of, is_inferred, per_recognizer, verdict_of, views, wer_of
from stresstest.sections._f1 import f1_sentence
from stresstest.sections._words import (
    SPACE,
    count,
    group_noun,
    isolated,
    listed,
    number,
    of_groups,
    percent,
    points,
    span,
    title_of,
)
from stresstest.sections.base import Block, Content, Evidence, Paragraph, Section

LEVEL = 0.05
"""p below which a gap, and adjusted p below which a loss, is said to be beyond chance."""


class Headline(Section):
    """What a hurried reader takes away: clean gap, largest gap, verdicts, and how far they reach."""

    title = "In short"
    place = 10
    needs = ("study", "disparity", "provenance")

    def build(self, evidence: Evidence) -> Content:
        blocks = per_recognizer(
            {view.recognizer: _view(view, evidence.study.tolerance.max_gap) for view in views(evidence)}
        )
        failed = evidence.provenance.get("cells", {}).get("failed", 0)
        if failed:
            total = evidence.provenance["cells"]["total"]
            noun = group_noun(evidence.study)
            how = f"They are not scored as words deleted; Decodes that failed lists them by {noun}."
            blocks.append(Paragraph(f"{count(failed, 'decode')} of {total:,} failed. {how}"))
        if str(evidence.provenance.get("corpus", {}).get("synthetic", "")).lower() == "true":
            blocks.append(
                Paragraph("The voices are synthetic: this demonstrates the tool and says nothing about people.")
            )
        if evidence.disparity.get("pseudo_speakers"):
            blocks.append(
                Paragraph(
                    "The corpus has no speaker ids: every interval, test and verdict here is over pseudo-speakers, not "
                    "over people, may be too narrow, and is indicative only."
                )
            )
        return blocks


def _view(view: View, tolerance: float) -> list[Block]:
    if len(view.groups) < 2:
        return [Paragraph(_alone(view), lead=True)]
    sentences = [_clean(view), f1_sentence(view), _largest(view), _hit_hardest(view), _verdicts(view, tolerance)]
    reach = _reach(view)
    return [*(Paragraph(s, lead=True) for s in sentences if s), *([Paragraph(reach)] if reach else [])]


def _alone(view: View) -> str:
    group = view.groups[0]
    rates = [(wer_of(cell, group), title_of(cell["condition"])) for cell in view.cells]
    known = [(rate, title) for rate, title in rates if rate is not None]
    if not known:
        return f"No words of {isolated(group)} were scored."
    worst, title = max(known)
    return (
        f"There is one group, {isolated(group)}, so there is no gap to report. On clean speech "
        f"its word error rate is {percent(wer_of(view.clean, group))}; at most {percent(worst)}, under {title}."
    )


def _clean(view: View) -> str:
    gap = gap_of(view.clean)
    if not gap:
        return ""
    best, worst = gap["best"], gap["worst"]
    even = of_groups(" Even there an accent has nearly every word wrong.", view.noun)
    ceiling = even if view.clean and view.clean["ceiling"] else ""
    return (
        f"On clean speech the word error rate is {percent(wer_of(view.clean, worst))} for the worst-served "
        f"{view.noun}, {isolated(worst)}, and {percent(wer_of(view.clean, best))} for the best-served, "
        f"{isolated(best)}: a gap of {points(gap['difference'])}{_chance(gap)}.{_often(gap)}{ceiling}"
    )


def _largest(view: View) -> str:
    """The widest gap that can be read: not where a group is at the ceiling."""
    noisy = [c for c in view.cells if gap_of(c) and c["condition"] != "clean"]
    readable = [c for c in noisy if not c["ceiling"]]
    if not readable:
        return _ceilings(noisy, view.noun)
    cell = max(readable, key=lambda c: float(gap_of(c)["difference"]))
    gap, rates = gap_of(cell), cell["groups"]
    interval = f" [95{SPACE}% interval {span(gap['low'], gap['high'])}]" if is_inferred(cell) else ""
    return (
        f"It is widest under {title_of(cell['condition'])}: {points(gap['difference'])}{interval}{_chance(gap)} "
        f"({percent(rates[gap['worst']]['wer'])} for {isolated(gap['worst'])}, {percent(rates[gap['best']]['wer'])} "
        f"for {isolated(gap['best'])}).{_often(gap)} {_ceilings(noisy, view.noun)}"
    ).rstrip()


def _ceilings(cells: Sequence[Mapping[str, Any]], noun: str) -> str:
    at = sum(bool(cell["ceiling"]) for cell in cells)
    text = of_groups("an accent has nearly every word wrong, and a gap cannot be read.", noun)
    return f"In {count(at, 'changed condition')} {text}" if at else ""


def _hit_hardest(view: View) -> str:
    """The largest loss beyond that of the other groups that is told from chance."""
    found = [
        (measure["value"], accent, cell["condition"], measure)
        for cell in view.cells
        if not cell["ceiling"] and cell["control"] is None
        for accent, change in cell["degradation"].items()
        for measure in [change["did"]]
        if measure["value"] is not None and measure["p_adjusted"] is not None
    ]
    told = [item for item in found if item[0] > 0 and item[3]["p_adjusted"] < LEVEL]
    if not found:
        return ""
    if not told:
        none = f"No condition shows, beyond chance, one {view.noun} losing more points than the others together."
        return none + _ratio(view)
    value, accent, condition, measure = max(told, key=lambda item: float(item[0]))
    return (
        f"Hit hardest is {isolated(accent)}, which loses {points(value)} more than the other {view.noun}s together "
        f"under {title_of(condition)} [95{SPACE}% interval {span(measure['low'], measure['high'])}]; it loses more, "
        f"beyond chance, in {count(sum(item[1] == accent for item in told), 'condition')}."
    )


def _ratio(view: View) -> str:
    """Whose errors multiply more all the same; points and ratios can disagree."""
    told = [
        accent
        for cell in view.cells
        if not cell["ceiling"] and cell["control"] is None
        for accent, change in cell["degradation"].items()
        for measure in [change["log_did"]]
        if (measure["value"] or 0.0) > 0 and measure["p_adjusted"] is not None and measure["p_adjusted"] < LEVEL
    ]
    where = "; ".join(f"{isolated(a)} in {count(told.count(a), 'condition')}" for a in dict.fromkeys(told))
    return f" As a ratio, errors multiply more, beyond chance, for {where}." if told else ""


def _chance(gap: Mapping[str, Any]) -> str:
    mean = gap.get("null_mean")
    return "" if mean is None else f", against {number(mean, scale=100)} expected from chance alone"


def _often(gap: Mapping[str, Any]) -> str:
    """A gap that chance often gives is not left without that word, unless its interval tells it from none all the same:
    where small and large groups stand side by side, the interval between two of them can say more than the test over
    all."""
    p = gap.get("p_value")
    if p is None or p < LEVEL or (gap.get("low") or 0.0) > 0:
        return ""
    return f" Chance alone gives a difference as clear in {percent(p)} of cases: it is no evidence of a difference."


def _verdicts(view: View, tolerance: float) -> str:
    words = Counter(filter(None, (verdict_of(cell) for cell in view.cells)))
    if not words:
        return ""
    return (
        f"The declared tolerance of {100 * tolerance:g} points is exceeded in {words['exceeds']} of "
        f"{count(words.total(), 'condition')}, kept in {words['within']} and undecided in {words['inconclusive']}."
    )


def _reach(view: View) -> str:
    """How far the numbers carry beyond the speakers that were heard."""
    if not any(is_inferred(cell) for cell in view.cells):
        return (
            f"Too few {view.noun}s have five speakers or more. These numbers describe these speakers only; they say "
            f"nothing about other speakers of the {view.noun}s, and no test is made."
        )
    compared = dict.fromkeys(g for cell in view.cells for g in gap_of(cell).get("groups", ()))
    apart = [isolated(g) for g in view.groups if g not in compared]
    return f"Described only, and not part of the gap, for want of five speakers: {listed(apart)}." if apart else ""

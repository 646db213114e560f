# SPDX-License-Identifier: Apache-2.0
"""What would be said if the same transcripts were scored in another way: every verdict, order and sign that turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stresstest.sections._words import (
    count,
    count_cell,
    group_cell,
    group_noun,
    group_title,
    listed,
    of_groups,
    rate_cell,
    text_cell,
    title_of,
)
from stresstest.sections.base import Block, Cell, Content, Evidence, Note, Paragraph, Section, Table
from stresstest.sections.verdicts import WORDS

Entry = Mapping[str, Any]

SHOWN = 24
"""Rows of the table of orders and signs; the file holds them all."""

MEANING = (
    "How words are counted is a choice: which normalizer, whether hesitations (hmm, uh, um) count, whether “ice cream” "
    "and “icecream” are the same, and whether each word or each speaker weighs alike. The same transcripts were scored "
    "in {ways}; the declared one is: {declared}. What holds in all of them does not hang on the choice. What turns in "
    "some of them is listed here, and should not be stated without the choice that it hangs on."
)
NAMES = {
    "verdict": ("verdict", "verdicts"),
    "worst": ("worst-served accent", "worst-served accents"),
    "order": ("order of two accents", "orders of two accents"),
    "degradation": ("sign of a change against clean", "signs of a change against clean"),
    "harder": ("sign of whether an accent is hit harder", "signs of whether an accent is hit harder"),
}
"""kind → one and several; the counts say how many of each were compared."""
OPTIONS = {"keep": "kept", "drop": "dropped", "as_written": "as written", "merged": "merged"}
MEANS = {"pooled": "word", "speaker": "speaker"}
TURNED = ("Condition", "What turns", "As declared", "Elsewhere", "Ways", "Turned by one choice alone")
WAYS = (
    "Normalizer",
    "Hesitations",
    "Compounds",
    "Weighs alike",
    "Ways",
    "Widest gap (points)",
    "Within",
    "Exceeds",
    "Undecided",
)


class Multiverse(Section):
    """A sentence on what turns, the reversals, and the verdicts in every way of scoring."""

    title = "Scored in other ways"
    place = 95
    needs = ("study", "disparity")

    def build(self, evidence: Evidence) -> Content:
        found = evidence.disparity.get("multiverse") or {}
        if found.get("skipped"):
            return [Paragraph(found["skipped"])] if found["skipped"].startswith("Not tried") else []
        if not found.get("universes"):
            return []
        turned = found["reversals"]
        several = len({e["recognizer"] for e in evidence.disparity["cells"]}) > 1
        noun = group_noun(evidence.study)
        firm = [e for e in turned if e["kind"] in ("verdict", "worst")]
        loose = [e for e in turned if e not in firm]
        return [
            Paragraph(of_groups(_finding(found), noun), lead=True),
            Paragraph(MEANING.format(ways=count(found["number"], "way"), declared=_declared(found))),
            *_old_scores(found),
            *_turned(f"Verdicts and worst-served {noun}s that turn", firm, several),
            *_turned(_caption(len(loose)), loose[:SHOWN], several),
            _ways(found["universes"]),
        ]


def _finding(found: Entry) -> str:
    """What turns, in one sentence; none where nothing does."""
    turned = {kind: len({_about(e) for e in found["reversals"] if e["kind"] == kind}) for kind in NAMES}
    compared = found["said"]
    if not any(turned.values()):
        return (
            f"Verdicts, orders and signs that another way of scoring turns: none, in {count(found['number'], 'way')}."
        )
    parts = [f"{n} of {count(compared[kind], *NAMES[kind])}" for kind, n in turned.items() if n]
    kept = [NAMES[kind][1] for kind, n in turned.items() if not n and compared[kind]]
    rest = f" No change in: {listed(kept)}." if kept else ""
    return f"Another way of scoring turns {listed(parts)}, in {count(found['number'], 'way')}.{rest}"


def _about(entry: Entry) -> tuple[str, ...]:
    return (entry["recognizer"], entry["condition"], *entry["groups"])


def _declared(found: Entry) -> str:
    own = next(u for u in found["universes"] if u["is_declared"])
    hesitations, compounds = OPTIONS[own["fillers"]], OPTIONS[own["compounds"]]
    return (
        f"{own['normalizer']}, hesitations {hesitations}, compounds {compounds}, each {MEANS[own['mean']]} weighs alike"
    )


def _old_scores(found: Entry) -> list[Block]:
    if found["reproduced"]:
        return []
    text = (
        "The declared way does not give the counts that this run holds: they were made with another version of the "
        "normalizer. `stresstest rescore DIR` scores the run anew."
    )
    return [Note("Scores of another version", (text,))]


def _caption(total: int) -> str:
    more = f"; the {SHOWN} largest of {total:,}, disparity.json holds all" if total > SHOWN else ""
    return f"Orders and signs that turn (differences in points of WER, the largest first{more})"


def _turned(caption: str, entries: Sequence[Entry], several: bool) -> list[Block]:
    rows = tuple(_row(entry, several) for entry in entries)
    return [Table(caption, TURNED, rows, (2, 3, 4))] if rows else []


def _row(entry: Entry, several: bool) -> tuple[Cell, ...]:
    place = title_of(entry["condition"])
    return (
        text_cell(f"{entry['recognizer']}, {place}" if several else place),
        text_cell(_what(entry["kind"], [group_title(g) for g in entry["groups"]])),
        _value(entry["kind"], entry["declared"]),
        _value(entry["kind"], entry["contrary"]),
        count_cell(entry["universes"]),
        text_cell("; ".join(_choice(c) for c in entry["alone"]) or None),
    )


def _what(kind: str, groups: Sequence[str]) -> str:
    if kind == "order":
        return f"{groups[1]} less {groups[0]}"
    if kind == "degradation":
        return f"{groups[0]}: against clean"
    return f"{groups[0]}: against the others’ change" if kind == "harder" else {"worst": "worst-served"}.get(kind, kind)


def _value(kind: str, value: Any) -> Cell:
    if kind == "verdict":
        word, tone = WORDS.get(value, (str(value), ""))
        return Cell(word, value, tone)
    return group_cell(value) if kind == "worst" else rate_cell(value, 2, signed=True)


def _choice(text: str) -> str:
    """`fillers: drop` as `hesitations dropped`."""
    key, _, option = text.partition(": ")
    if key == "normalizer":
        return option
    if key == "mean":
        return f"each {MEANS[option]} weighs alike"
    return f"{'hesitations' if key == 'fillers' else key} {OPTIONS[option]}"


def _ways(universes: Sequence[Entry]) -> Table:
    """One row for the ways that give the same counts: the options that occur among them."""
    alike: dict[str, list[Entry]] = {}
    for universe in universes:
        alike.setdefault(universe["same_as"] or universe["name"], []).append(universe)
    caption = "Verdicts in every way of scoring; ways that give the same counts share a row, ▸ marks the declared one"
    return Table(caption, WAYS, tuple(map(_way, alike.values())), tuple(range(4, 9)))


def _way(alike: Sequence[Entry]) -> tuple[Cell, ...]:
    mark = "▸ " if any(universe["is_declared"] for universe in alike) else ""
    verdicts = alike[0]["verdicts"]
    return (
        text_cell(mark + _options(alike, "normalizer", {})),
        text_cell(_options(alike, "fillers", OPTIONS)),
        text_cell(_options(alike, "compounds", OPTIONS)),
        text_cell(_options(alike, "mean", MEANS)),
        count_cell(alike[0]["alike"]),
        rate_cell(alike[0]["largest_gap"]),
        *(count_cell(verdicts[outcome]) for outcome in ("within", "exceeds", "inconclusive")),
    )


def _options(alike: Sequence[Entry], choice: str, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(option, option) for option in dict.fromkeys(u[choice] for u in alike))

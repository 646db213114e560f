# SPDX-License-Identifier: Apache-2.0
"""What a reader must know before reading a number: missing cells, failures, few speakers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stresstest.disparity.beside import beside_warnings
from stresstest.disparity.groups import CEILING
from stresstest.disparity.tally import Tally
from stresstest.disparity.unlike import unlike_warnings
from stresstest.statistics.intervals import BOOTSTRAP_SPEAKERS, MIN_SPEAKERS
from stresstest.study import Study

Entry = dict[str, Any]


def missing_entries(tallies: Mapping[str, Tally], study: Study) -> list[Entry]:
    """The cells that the study asks for and the results lack, by group; `decodes` and `accent` null: all of them."""
    entries: list[Entry] = []
    for recognizer in study.recognizers:
        tally = tallies.get(recognizer)
        for label in (c.label for c in study.grid):
            if tally is None or label not in tally.labels:
                entries.append({"recognizer": recognizer, "condition": label, "accent": None, "decodes": None})
                continue
            for group in tally.names:
                lacking = tally.decodes(label, group)[2]
                if lacking:
                    entries.append({"recognizer": recognizer, "condition": label, "accent": group, "decodes": lacking})
    return entries


def warning_sentences(tallies: Mapping[str, Tally], cells: Sequence[Entry], study: Study) -> list[str]:
    """Sentences, the same for equal inputs, none twice."""
    sentences = [*_missing(tallies, study), *_failures(cells), *beside_warnings(tallies.values(), study)]
    for tally in tallies.values():
        sentences += [*_few_speakers(tally), *_shared(tally), *unlike_warnings(tally)]
    return list(dict.fromkeys([*sentences, *_ceiling(cells)]))


def _missing(tallies: Mapping[str, Tally], study: Study) -> Iterator[str]:
    entries = missing_entries(tallies, study)
    if entries:
        cells = {(e["recognizer"], e["condition"]) for e in entries}
        first = entries[0]
        yield (
            f"Decodes are missing in {len(cells)} of {len(study.recognizers) * len(study.grid)} cells "
            f"(recognizer × condition), first in {first['recognizer']}, {first['condition']}: this run is not complete."
        )


def _failures(cells: Sequence[Entry]) -> Iterator[str]:
    for recognizer in dict.fromkeys(cell["recognizer"] for cell in cells):
        by_group: dict[str, tuple[int, int]] = {}
        for cell in cells:
            if cell["recognizer"] == recognizer:
                for name, entry in cell["groups"].items():
                    failed, tried = by_group.get(name, (0, 0))
                    by_group[name] = failed + entry["failed"], tried + entry["failed"] + entry["utterances"]
        if any(failed for failed, _ in by_group.values()):
            shares = ", ".join(f"{name} {failed} of {tried}" for name, (failed, tried) in by_group.items())
            yield f"{recognizer} failed on some decodes, which are left out and not scored as deletions: {shares}."


def _few_speakers(tally: Tally) -> Iterator[str]:
    for name, most in zip(tally.names, tally.table.sizes().max(axis=1).tolist(), strict=True):
        speakers = f"{most} speaker{'' if most == 1 else 's'}"
        if most < MIN_SPEAKERS:
            yield (
                f"{name} has {speakers}, fewer than {MIN_SPEAKERS}: it is described, nothing is inferred about it, and "
                "it takes no part in the gap where two other groups have enough speakers."
            )
        elif most < BOOTSTRAP_SPEAKERS:
            yield f"{name} has {speakers}, fewer than {BOOTSTRAP_SPEAKERS}: its intervals rest on few people."


def _shared(tally: Tally) -> Iterator[str]:
    shared = tally.shared_speakers()
    if shared:
        names = ", ".join(shared[:3]) + (", …" if len(shared) > 3 else "")
        yield f"{len(shared)} speakers occur in more than one group and count as one speaker in each: {names}."


def _ceiling(cells: Sequence[Entry]) -> Iterator[str]:
    touched = [cell for cell in cells if cell["ceiling"]]
    if touched:
        yield (
            f"In {len(touched)} of {len(cells)} conditions a group's WER is {100 * CEILING:g} % or more; gaps close "
            "there by themselves, so a small gap in such a condition is no sign of fairness."
        )

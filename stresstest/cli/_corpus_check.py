# SPDX-License-Identifier: Apache-2.0
"""`corpus check`: all that is wrong with a manifest or a data set, its audio and its texts, at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from stresstest.corpora import Utterance

Found = dict[str, Any]
"""One finding: `file`, `line`, `utterance`, `kind`, `message`, as the JSON has it; the latter three may be missing."""


@dataclass
class Checked:
    """What was found: findings are refused, notes are allowed and worth a second look."""

    what: str
    utterances: Sequence[Utterance] = ()
    findings: list[Found] = field(default_factory=list)
    notes: list[Found] = field(default_factory=list)


def check(args: argparse.Namespace) -> int:
    """Print everything that is found, as sentences or as JSON; 2 where something is refused."""
    found = _checked(args)
    if args.json:
        said = {"checked": found.what, "utterances": len(found.utterances)}
        print(json.dumps({**said, "findings": found.findings, "notes": found.notes}, ensure_ascii=False, indent=1))
    else:
        _print(found)
    return 2 if found.findings else 0


def _print(found: Checked) -> None:
    for finding in found.findings:
        print(finding["message"])
    for note in found.notes:
        print(f"note: {note['message']}")
    number = len(found.findings)
    if number:
        print(f"{found.what}: {number} finding{'' if number == 1 else 's'}")
    else:
        print(f"{found.what}: {len(found.utterances)} utterances, nothing wrong")


def _checked(args: argparse.Namespace) -> Checked:
    from stresstest.plugins import catalogue

    if not Path(args.target).is_file() and args.target in catalogue("corpora"):
        found, recorded = Checked(args.target, _of_corpus(args.target, args.options)), dict[str, str]()
    else:
        found, recorded = _of_manifest(Path(args.target), args.options)
    if not args.headers:
        _audit(found, recorded)
    found.notes += [{"file": "", "message": sentence} for sentence in _few_speakers(found.utterances)]
    return found


def _of_corpus(name: str, options: Sequence[str]) -> Sequence[Utterance]:
    """Every utterance of a data set, chosen or not."""
    from stresstest.config import compose
    from stresstest.corpora import Corpus
    from stresstest.engine.components import construct

    study = compose("study=own", "grid=clean", f"corpus={name}", *(f"corpus.{option}" for option in options)).study
    return construct(study.corpus, Corpus).utterances()  # type: ignore[type-abstract]


def _of_manifest(path: Path, options: Sequence[str]) -> tuple[Checked, dict[str, str]]:
    from stresstest.corpora.manifest import contents
    from stresstest.errors import ConfigError

    if options:
        raise ConfigError(f"{path} is a manifest and takes no options; got {' '.join(options)}.")
    held = contents(path)
    found = Checked(str(path), held.utterances)
    for f in held.findings:
        place = {"file": str(path), "line": f.line, "column": f.column, "value": f.value}
        found.findings.append({**place, "message": f.sentence(path)})
    return found, held.checksums


def _audit(found: Checked, recorded: Mapping[str, str]) -> None:
    from stresstest.corpora.audit import audit

    here = f"{Path.cwd()}/"
    for r in audit(found.utterances, recorded):
        said = {"message": r.sentence.replace(here, "")}
        entry = {"file": r.file.removeprefix(here), "utterance": r.utterance, "kind": r.kind, **said}
        (found.findings if r.refused else found.notes).append(entry)


def _few_speakers(utterances: Sequence[Utterance]) -> Iterator[str]:
    from stresstest.statistics.intervals import MIN_SPEAKERS

    speakers = Counter(accent for accent, _ in dict.fromkeys((u.accent, u.speaker) for u in utterances))
    few = [f"{accent} ({number})" for accent, number in speakers.items() if number < MIN_SPEAKERS]
    if few:
        yield f"fewer than {MIN_SPEAKERS} speakers: {', '.join(few)}. Such accents are described and not judged."

# SPDX-License-Identifier: Apache-2.0
"""Data sets and manifests: list, import, describe, check."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stresstest.corpora import Corpus, Utterance

HELP = "data sets and manifests: list, import, describe, check"
EXAMPLE = "stresstest corpus check recordings/manifest.csv"

ACTIONS = {
    "list": ("the corpora that can be named as corpus=NAME", "corpus list"),
    "import": (
        "write a manifest of a data set; no speech is copied",
        "corpus import common_voice path=cv-corpus/en --out manifest.csv",
    ),
    "describe": (
        "groups, speakers, utterances, words and minutes",
        "corpus describe manifest path=manifest.csv --quality",
    ),
    "check": ("everything that is wrong with a manifest, at once", "corpus check recordings/manifest.csv"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """The actions and their arguments."""
    from stresstest.cli._help import add_action

    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing, bring, describe, check = (add_action(actions, name, *says) for name, says in ACTIONS.items())
    for action in (bring, describe):
        action.add_argument("corpus", metavar="NAME", help="a corpus of `corpus list`")
        action.add_argument("options", nargs="*", metavar="KEY=VALUE", help="for example path=FOLDER groups=[us,india]")
    describe.add_argument("--quality", action="store_true", help="measure a sample of the recordings of each group")
    bring.add_argument("--out", type=Path, required=True, metavar="FILE", help="the manifest: .csv, .tsv or .jsonl")
    check.add_argument("file", type=Path, metavar="FILE", help="a manifest: .csv, .tsv or .jsonl")
    for action, function in ((listing, _list), (bring, _import), (describe, _describe), (check, _check)):
        action.set_defaults(action=function)


def execute(args: argparse.Namespace) -> int:
    """Do the action."""
    return int(args.action(args))


def _list(args: argparse.Namespace) -> int:
    import inspect

    from stresstest.plugins import catalogue, load

    for name in catalogue("corpora"):
        print(f"{name:22s} {(inspect.getdoc(load('corpora', name)) or '').splitlines()[0]}")
    return 0


def _selected(args: argparse.Namespace) -> tuple[Corpus, Sequence[Utterance]]:
    from stresstest.config import compose
    from stresstest.engine.plan import make_plan

    options = [f"corpus.{option}" for option in args.options]
    plan = make_plan(compose("study=own", "grid=clean", f"corpus={args.corpus}", *options).study)
    return plan.corpus, plan.utterances


def _import(args: argparse.Namespace) -> int:
    from stresstest.corpora.manifest import write_manifest

    _, utterances = _selected(args)
    write_manifest(utterances, args.out)
    print(f"wrote {args.out}: {len(utterances)} utterances of {len({u.speaker for u in utterances})} speakers")
    return 0


def _describe(args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    from stresstest.corpora.selection import describe, recording_limits
    from stresstest.study import RenderOptions

    corpus, utterances = _selected(args)
    console = Console(width=None if Console().is_terminal else 120, markup=False)
    table = Table("group", "speakers", "utterances", "words", "minutes")
    for name, group in describe(utterances).items():
        table.add_row(name, *(str(group[k]) for k in ("speakers", "utterances", "words")), f"{group['minutes']:.1f}")
    console.print(table)
    card: dict[str, Any] = {**corpus.card(), "synthetic": "yes" if corpus.synthetic else "no"}
    for key, value in card.items():
        console.print(f"{key}: {value}", highlight=False, soft_wrap=True)
    for sentence in recording_limits(utterances, RenderOptions().rate_hz):
        console.print(sentence, highlight=False, soft_wrap=True)
    if args.quality:
        from stresstest.cli._quality import show

        show(console, utterances)
    return 0


def _check(args: argparse.Namespace) -> int:
    from stresstest.corpora.manifest import Manifest, check

    findings = check(args.file)
    for finding in findings:
        print(finding.sentence(args.file))
    if findings:
        print(f"{args.file}: {len(findings)} finding{'' if len(findings) == 1 else 's'}")
        return 2
    utterances = Manifest(str(args.file)).utterances()
    print(f"{args.file}: {len(utterances)} utterances, nothing wrong")
    for note in _notes(utterances):
        print(f"note: {note}")
    return 0


def _notes(utterances: Sequence[Utterance]) -> Iterator[str]:
    """What is allowed and yet worth a second look."""
    from stresstest.statistics.intervals import MIN_SPEAKERS

    accents: dict[str, dict[str, None]] = {}
    for u in utterances:
        accents.setdefault(u.speaker, {})[u.accent] = None
    for speaker, own in accents.items():
        if len(own) > 1:
            yield f"speaker {speaker!r} has several accents ({', '.join(own)}) and counts as one speaker in each."
    speakers = Counter(accent for own in accents.values() for accent in own)
    few = [f"{accent} ({number})" for accent, number in speakers.items() if number < MIN_SPEAKERS]
    if few:
        yield f"fewer than {MIN_SPEAKERS} speakers: {', '.join(few)}. Such accents are described and not judged."

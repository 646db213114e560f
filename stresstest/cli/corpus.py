# SPDX-License-Identifier: Apache-2.0
"""Data sets and manifests: list, import, describe, check."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stresstest.engine.plan import Plan

HELP = "data sets and manifests: list, import, describe, check"
EXAMPLE = "stresstest corpus check recordings/manifest.csv"

ACTIONS = {
    "list": ("the corpora that can be named as corpus=NAME", "corpus list"),
    "import": (
        "write a manifest of a data set, with the SHA-256 of each file; no speech is copied",
        "corpus import common_voice path=cv-corpus/en --out manifest.csv",
    ),
    "describe": (
        "groups, speakers, utterances, words and minutes, and the texts that groups share",
        "corpus describe manifest path=manifest.csv --quality",
    ),
    "check": (
        "everything that is wrong with a manifest or a data set, its audio and its texts, at once",
        "corpus check recordings/manifest.csv",
    ),
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
    check.add_argument(
        "target", metavar="FILE|NAME", help="a manifest (.csv, .tsv, .jsonl) or a corpus of `corpus list`"
    )
    check.add_argument("options", nargs="*", metavar="KEY=VALUE", help="of the corpus, for example path=FOLDER")
    check.add_argument("--headers", action="store_true", help="read the list and the headers of the audio, no samples")
    describe.add_argument("--plot", type=Path, metavar="FILE", help="draw speakers, minutes and words a group (.png)")
    for action in (describe, check):
        action.add_argument("--json", action="store_true", help="print it as JSON")
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


def _selected(args: argparse.Namespace) -> Plan:
    from stresstest.config import compose
    from stresstest.engine.plan import make_plan

    options = [f"corpus.{option}" for option in args.options]
    return make_plan(compose("study=own", "grid=clean", f"corpus={args.corpus}", *options).study)


def _import(args: argparse.Namespace) -> int:
    from stresstest.corpora.audit import checksums
    from stresstest.corpora.manifest import write_manifest
    from stresstest.corpora.selection import describe

    plan = _selected(args)
    hashes = checksums(u.audio for u in plan.utterances)
    write_manifest(plan.utterances, args.out, hashes)
    speakers, minutes = (
        len({u.speaker for u in plan.utterances}),
        sum(r["minutes"] for r in describe(plan.utterances).values()),
    )
    print(f"wrote {args.out}: {len(plan.utterances)} utterances of {speakers} speakers")
    megabytes = sum(path.stat().st_size for path in hashes) / 1e6
    print(f"{minutes:.1f} minutes in {len(hashes)} files of {megabytes:.1f} MB, with the SHA-256 of each")
    for sentence in plan.choice:
        print(sentence)
    return 0


def _describe(args: argparse.Namespace) -> int:
    from stresstest.cli._corpus_describe import describe

    return describe(args, _selected(args))


def _check(args: argparse.Namespace) -> int:
    from stresstest.cli._corpus_check import check

    return check(args)

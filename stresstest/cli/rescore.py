# SPDX-License-Identifier: Apache-2.0
"""Score a finished run again, with another normalizer or tolerance, without decoding; then write its documents."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

HELP = "score a finished run again without decoding"
EXAMPLE = "stresstest rescore outputs/ward_demo --normalizer whisper_english"


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of a finished run")
    parser.add_argument(
        "--normalizer",
        metavar="NAME",
        help="basic, whisper_english, whisper_original or language:TAG (the run's)",
    )
    parser.add_argument(
        "--max-gap", type=float, metavar="X", help="another tolerance, as a fraction (default: the run's)"
    )
    parser.add_argument(
        "--target-wer", type=float, metavar="X", help="the WER at which groups are compared in decibels, as a fraction"
    )
    parser.add_argument(
        "--group-by", metavar="COLUMNS", help="what makes a group: gender, accent+gender (default: the run's)"
    )
    parser.add_argument("--min-cell-speakers", type=int, metavar="N", help="smaller groups are named, not shown")
    parser.add_argument(
        "--multiverse", action="store_true", help="every way of scoring, also for a run too large to try them unasked"
    )


def execute(args: argparse.Namespace) -> int:
    """Score, judge and publish."""
    from stresstest.cli._publish import judge, publish
    from stresstest.config import AppendixOptions
    from stresstest.disparity.beside import not_followed
    from stresstest.disparity.grouping import grouped
    from stresstest.engine.run import rescore
    from stresstest.engine.store import RunFolder
    from stresstest.results import Results

    changes: dict[str, Any] = {}
    if args.normalizer is not None:
        changes["normalizer"] = args.normalizer
    given = {key: value for key in ("max_gap", "target_wer") if (value := getattr(args, key)) is not None}
    if given:
        changes["tolerance"] = replace(RunFolder(args.folder).study().tolerance, **given)
    if args.group_by is not None:
        changes["group_by"] = args.group_by
    if args.min_cell_speakers is not None:
        changes["min_cell_speakers"] = args.min_cell_speakers
    study = replace(RunFolder(args.folder).study(), **changes)
    results, withheld = grouped(Results.read(args.folder / "results.parquet"), study)
    study.check_claims([*results.names("accent"), *(entry["group"] for entry in withheld)])
    for sentence in not_followed(sorted(results.names("accent")), study):
        print(f"warning: {sentence}")
    outcome = rescore(args.folder, changes)
    judge(args.folder, RunFolder(args.folder).study(), outcome.results, args.multiverse)
    publish(args.folder, AppendixOptions().formats, None)
    return 0

# SPDX-License-Identifier: Apache-2.0
"""A gate for CI: does the gap of every condition keep a tolerance, and are claims kept?

The simultaneous 95 % interval of the gap decides about the tolerance, the bounds in disparity.json about claims. A
claim reads MEASURE >= NUMBER for GROUP under CONDITION:

  f1 >= 0.84 for every group under ward_night        a scene, or a profile in any condition
  wer <= 15 % for american under clean
  gap <= 0.05 under noise=ward_babble/snr_db=10
  did <= 0.02 for every group under every condition

MEASURE: wer, f1, gap, delta_wer (change against clean), did (that beyond the other groups), log_did. Many claims are
judged together: the chance that any outcome is wrong stays at 5 %.

Exit status 0: all is kept. 3: something is broken. 4: nothing is broken, but somewhere the data cannot say. Without
--max-gap the study's tolerance and its claims are checked; with --claim or --claims those claims alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stresstest.cli._junit import Outcome
    from stresstest.disparity.claim_texts import WrittenClaim

HELP = "a gate for CI: exit 3 when a tolerance or a claim is broken, 4 when the data cannot say"
EXAMPLE = "stresstest check outputs/ward_demo --max-gap 0.10"
SAID = {"within": "pass", "exceeds": "fail", "inconclusive": "not enough data"}


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of a finished run")
    parser.add_argument("--max-gap", type=float, metavar="X", help="largest max–min gap in WER (default: the study's)")
    parser.add_argument("--condition", action="append", metavar="LABEL", help="the gap only here (may be repeated)")
    parser.add_argument("--claim", action="append", metavar="TEXT", help="a claim, as above (may be repeated)")
    parser.add_argument("--claims", type=Path, metavar="FILE", help="claims, one a line")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write the outcomes as JUnit XML")


def execute(args: argparse.Namespace) -> int:
    """Print a line an outcome and what they come to."""
    from stresstest.cli._junit import junit
    from stresstest.cli._publish import read_disparity
    from stresstest.disparity.claim_verdicts import judge
    from stresstest.places import write_whole

    claims = list(_claims(args))
    found = read_disparity(args.folder)
    judged = judge(claims, found)
    outcomes = []
    if args.max_gap is not None or args.condition or not (args.claim or args.claims):
        outcomes += list(_gaps(args, found["cells"]))
    outcomes += [_outcome(j.claim.text, j.recognizer, j.outcome, j.reason) for j in judged]
    for claim in judged:
        print(f"{claim.outcome:15s} {claim.recognizer}  {claim.claim.text}\n{'':15s} {claim.reason}")
    if judged:
        kinds = ", ".join(f"{sum(j.outcome == k for j in judged)} {k}" for k in SAID.values())
        print(f"claims: {kinds}")
    if args.junit is not None:
        write_whole(args.junit, junit(f"stresstest check {args.folder.name}", outcomes))
    found_out = {o.outcome for o in outcomes}
    return 3 if "fail" in found_out else 0 if found_out == {"pass"} else 4


def _claims(args: argparse.Namespace) -> Iterator[WrittenClaim]:
    """Those of the call; without any, and without a tolerance of the call, those of the study."""
    from stresstest.disparity.claim_texts import parse_claim, read_claims
    from stresstest.engine.store import RunFolder

    for text in args.claim or ():
        yield parse_claim(text)
    if args.claims is not None:
        yield from read_claims(args.claims)
    if not (args.claim or args.claims or args.condition) and args.max_gap is None:
        for declared in RunFolder(args.folder).study().claims:
            yield parse_claim(declared.text)


def _gaps(args: argparse.Namespace, cells: list[dict[str, Any]]) -> Iterator[Outcome]:
    """The tolerance in each condition, printed."""
    from stresstest.engine.store import RunFolder
    from stresstest.errors import ConfigError, allowed
    from stresstest.study import Tolerance

    limit = (
        RunFolder(args.folder).study().tolerance.max_gap if args.max_gap is None else Tolerance(args.max_gap).max_gap
    )
    labels = {cell["condition"] for cell in cells}
    for wanted in args.condition or ():
        if wanted not in labels:
            raise ConfigError(f"{args.folder} has no condition {wanted!r}; {allowed(wanted, labels)}.")
    chosen = [cell for cell in cells if not args.condition or cell["condition"] in args.condition]
    verdicts = [verdict(cell, limit) for cell in chosen]
    for cell, found in zip(chosen, verdicts, strict=True):
        print(f"{found:12s} {cell['recognizer']}  {cell['condition']}  {_gap(cell)}")
        name = f"gap <= {limit:g} under {cell['condition']}"
        yield _outcome(name, cell["recognizer"], SAID[found], _gap(cell))
    counts = ", ".join(f"{verdicts.count(v)} {v}" for v in SAID)
    print(f"tolerance: gap of at most {limit:g}; {counts}")
    if "inconclusive" in verdicts:
        print(
            f"inconclusive: `stresstest plan … --from {args.folder} --target-gap X` says how many speakers show a gap X"
        )


def _outcome(name: str, recognizer: str, outcome: str, reason: str) -> Outcome:
    from stresstest.cli._junit import Outcome

    return Outcome(name, recognizer, outcome, reason)


def verdict(cell: Mapping[str, Any], limit: float) -> str:
    """`within`, `exceeds` or `inconclusive`, by the simultaneous interval of the gap; within only without a doubt."""
    from stresstest.disparity import doubt

    gap = cell["gap"] or {}
    low, high = gap.get("low"), gap.get("high")
    if low is None or high is None or low <= limit < high:
        return "inconclusive"
    if low > limit:
        return "exceeds"
    return "inconclusive" if doubt(cell, limit) else "within"


def _gap(cell: Mapping[str, Any]) -> str:
    gap = cell["gap"] or {}
    if gap.get("low") is None:
        return f"gap {gap['difference']:.3f} (descriptive only)" if gap.get("difference") is not None else "no gap"
    return f"gap {gap['difference']:.3f} [{gap['low']:.3f}, {gap['high']:.3f}] {gap['best']} to {gap['worst']}"

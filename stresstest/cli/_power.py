# SPDX-License-Identifier: Apache-2.0
"""What `plan` says of power: detectable gaps and degradations, speakers to record, and what more words would bring."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stresstest.errors import ConfigError, RunFolderError

if TYPE_CHECKING:
    from stresstest.statistics.power import Spread

ASSUMED_WERS = (0.05, 0.15, 0.30)
ASSUMED_LOSS = (0.10, 0.30)
"""WER on clean speech and in noise where no run says otherwise."""

FEW = 8
"""Words a speaker are few where even so many times as many are not yet enough."""
SPEAKERS = (5, 10, 20, 50, 100)
Groups = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Scenario:
    """A column: `kind` is `gap` or `did`; `spread` gives the spread of a group by its name."""

    title: str
    kind: str
    spread: Callable[[str], Spread]


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments about power."""
    says = "how many speakers a group to record so that %s is found with power 0.8; a fraction: 0.05 is five points"
    parser.add_argument("--target-gap", type=float, metavar="X", help=says % "a gap of X in WER")
    did = "a loss to noise of X beyond that of another group (difference in differences)"
    parser.add_argument("--target-did", type=float, metavar="X", help=says % did)
    earlier = "an earlier run that says how much speakers differ; else a coefficient of variation of 0.5 is assumed"
    parser.add_argument("--from", dest="earlier", type=Path, metavar="DIR", help=earlier)


def check(args: argparse.Namespace) -> None:
    """Raises ConfigError for a target that is no fraction."""
    for name, value in (("--target-gap", args.target_gap), ("--target-did", args.target_did)):
        if value is not None and not 0 < value < 1:
            raise ConfigError(f"{name} takes a fraction between 0 and 1 (0.05 is five points of WER); got {value:g}.")


def scenarios(earlier: Path | None, recognizers: Sequence[str]) -> list[Scenario]:
    """The columns: assumed rates, or what an earlier run measured. Raises RunFolderError."""
    if earlier is not None:
        return list(_measured(earlier, recognizers))
    from stresstest.statistics.power import change_spread, rate_spread

    gaps = [Scenario(f"MDG at {w:.0%} WER", "gap", lambda _, w=w: rate_spread(w)) for w in ASSUMED_WERS]  # type: ignore[misc]
    low, high = ASSUMED_LOSS
    return [*gaps, Scenario(f"MDD {low:.0%} → {high:.0%}", "did", lambda _: change_spread(low, high))]


def _measured(earlier: Path, recognizers: Sequence[str]) -> Iterator[Scenario]:
    from stresstest.places import read_object
    from stresstest.statistics.power import Spread, average

    entries = read_object(earlier / "disparity.json").get("power") or []
    named = [entry for entry in entries if entry["recognizer"] in recognizers] or entries
    groups = named[0]["groups"] if named else {}
    if not groups:
        raise RunFolderError(
            f"{earlier / 'disparity.json'} says nothing about the spread between speakers: it needs clean speech of at "
            "least two speakers in a group, and a version that writes `power` (`stresstest rescore` writes it again)."
        )
    keys = (("gap", "MDG, clean"), ("hardest_gap", "MDG, hardest"), ("did", "MDD, hardest"))
    for key, title in keys:
        known = {name: Spread(**{k: group[key][k] for k in ("between", "within", "growth")})
                 for name, group in groups.items() if group[key]}  # fmt: skip
        if known:
            other = average(list(known.values()))
            kind = "did" if key == "did" else "gap"
            yield Scenario(title, kind, lambda name, known=known, other=other: known.get(name, other))  # type: ignore[misc]


def detectable(group: str, numbers: Mapping[str, float], columns: Sequence[Scenario]) -> Iterator[str]:
    """The cell of each column: the smallest difference that such groups show; a dash where nothing is inferred."""
    from stresstest.statistics.intervals import MIN_SPEAKERS

    speakers = int(numbers["speakers"])
    for column in columns:
        found = column.spread(group).detectable(speakers, numbers["words"] / speakers) if speakers else 0.0
        yield _points(found) if speakers >= MIN_SPEAKERS else "–"


def lines(args: argparse.Namespace, groups: Groups, columns: Sequence[Scenario]) -> list[str]:
    """What the abbreviations mean, where the spread comes from, and when words no longer help."""
    source = (
        f"the spread between speakers is that of {args.earlier}; hardest: its hardest condition that is not at the "
        "ceiling; a group that is not in it has the mean spread"
        if args.earlier
        else "coefficient of variation 0.5 between speakers, and 0.25 of what noise does to them, are assumed; "
        "--from DIR takes them from an earlier run"
    )
    return [
        "MDG: minimum detectable gap between two such groups; MDD: minimum detectable difference in degradation "
        f"against clean (power 0.8, level 0.95, Welch's t; {source}).",
        _advice(groups, _shown(columns, {})[0]),
    ]


def _advice(groups: Groups, column: Scenario) -> str:
    """From how many words a speaker on counting them makes no more than a fifth of the variance; or that it is far."""
    from stresstest.statistics.power import average

    mean = average([column.spread(name) for name in groups])
    if mean.between <= 0:
        return (
            f"The speakers of that run differ no more than counting words makes ({column.title}), so more words "
            "help as much as more speakers. People mostly differ more; then speakers matter more than minutes."
        )
    words, usual = math.ceil(4 * mean.within / mean.between), _words_each(groups)
    short = f", once each says enough: at {usual:.0f} words counting them makes most of the chance"
    return (
        f"Speakers matter more than minutes ({column.title}){short if FEW * usual < words else ''}: more speakers "
        f"always help; from about {words} words a speaker on, more words of the same speakers hardly do."
    )


def tables(args: argparse.Namespace, groups: Groups, columns: Sequence[Scenario]) -> Iterator[Any]:
    """Speakers to record for the targets, and speakers × words of the average group."""
    targets = {"gap": args.target_gap, "did": args.target_did}
    wanted = [column for column in columns if targets[column.kind] is not None]
    if wanted:
        yield _needed(groups, wanted, targets)
    for column in _shown(columns, targets):
        yield _more(groups, column, targets[column.kind])


def _shown(columns: Sequence[Scenario], targets: Mapping[str, float | None]) -> list[Scenario]:
    """For which columns speakers × words are shown: the middle gap, and the degradation where it is asked for."""
    gaps = [column for column in columns if column.kind == "gap"]
    dids = [column for column in columns if column.kind == "did"]
    return [gaps[(len(gaps) - 1) // 2], *(dids if targets.get("did") is not None else [])]


def _needed(groups: Groups, columns: Sequence[Scenario], targets: Mapping[str, float | None]) -> Any:
    from rich.table import Table

    from stresstest.statistics.intervals import MIN_SPEAKERS

    titles = (f"{_points(targets[c.kind] or 0)}: {c.title}" for c in columns)
    table = Table("group", "speakers now", *titles, title="speakers to record in each group (power 0.8, level 0.95)")
    for name, numbers in groups.items():
        words = numbers["words"] / max(1.0, numbers["speakers"])
        needed = (column.spread(name).speakers_for(targets[column.kind] or 1.0, words) for column in columns)
        table.add_row(
            name,
            str(int(numbers["speakers"])),
            *("over 100000" if n is None else str(max(n, MIN_SPEAKERS)) for n in needed),
        )
    return table


def _more(groups: Groups, column: Scenario, target: float | None) -> Any:
    """Detectable differences by speakers (rows) and words a speaker (columns); with a target, the speakers it takes."""
    from rich.table import Table

    from stresstest.statistics.power import average

    mean = average([column.spread(name) for name in groups])
    usual = _words_each(groups)
    minutes = sum(g["minutes"] for g in groups.values()) / max(1.0, sum(g["words"] for g in groups.values()))
    words = [max(1, round(usual * factor)) for factor in (0.25, 1, 4, 16)]
    heads = (f"{w} words ({_duration(60 * w * minutes)})" for w in words)
    title = f"{column.title}: more speakers (down) or more words of each (across)"
    table = Table("speakers a group", *heads, title=title)
    for speakers in SPEAKERS:
        table.add_row(str(speakers), *(_points(mean.detectable(speakers, w)) for w in words))
    if target is not None:
        needed = (mean.speakers_for(target, w) for w in words)
        table.add_section()
        table.add_row(f"for {_points(target)}", *("–" if n is None else f"{n} speakers" for n in needed))
    return table


def _words_each(groups: Groups) -> float:
    return sum(g["words"] for g in groups.values()) / max(1.0, sum(g["speakers"] for g in groups.values()))


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _points(value: float) -> str:
    return f"{100 * value:.1f} points" if value < 1 else "none"

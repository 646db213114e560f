# SPDX-License-Identifier: Apache-2.0
"""Claims as people write them: `f1 >= 0.84 for every group under ward_night`.

    MEASURE >= NUMBER [for GROUP] [under CONDITION]        (or <=)

MEASURE is one of MEASURES. NUMBER is a fraction, or a percentage with %. GROUP is a group's name or `every group`,
which is also meant where nothing is said; `gap` has no group. CONDITION is a condition's label (`clean`,
`noise=ward_babble/snr_db=10`), a part of one (`noise=ward_babble`), a scene's name, the name of a profile, which
stands for every condition with it, or `every condition`, which is also meant where nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stresstest.errors import ConfigError, allowed

MEASURES: Mapping[str, tuple[float, float]] = {
    "wer": (0, 1), "f1": (0, 1), "gap": (0, 1), "delta_wer": (-1, 1), "did": (-1, 1), "log_did": (-10, 10),
}  # fmt: skip
"""Measure → smallest and largest bound. All but log_did are fractions: 0.1 is ten points."""

CHANGES = ("delta_wer", "did", "log_did")
"""Measures that compare with the clean condition."""

FORM = "a claim reads MEASURE >= NUMBER for GROUP under CONDITION, for example: f1 >= 0.84 for every group under clean"

_TEXT = re.compile(
    r"(?P<measure>\S+?)\s*(?P<sign>[<>]=|[≤≥])\s*(?P<number>[^\s%]+)\s*(?P<percent>%?)"
    r"(?:\s+for\s+(?P<group>.+?))?(?:\s+under\s+(?P<where>.+))?"
)


@dataclass(frozen=True, slots=True)
class WrittenClaim:
    """A bound on a measure. sign: +1 where larger values break it, -1 where smaller ones do.

    group, where: None for every group and every condition. text: as it was written, spaces aside.
    """

    text: str
    measure: str
    sign: int
    limit: float
    group: str | None
    where: str | None


def parse_claim(text: str) -> WrittenClaim:
    """The claim that a text makes. Raises ConfigError, with what was expected where."""
    text = " ".join(text.split())
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ConfigError(f"The claim {text!r} cannot be read; {FORM}.")
    measure, group, where = found["measure"], found["group"], found["where"]
    if measure not in MEASURES:
        raise ConfigError(f"The claim {text!r}: there is no measure {measure!r}; {allowed(measure, MEASURES)}.")
    if measure == "gap" and group is not None:
        raise ConfigError(f"The claim {text!r}: a gap lies between groups and takes no group; leave out 'for {group}'.")
    if where == "clean" and measure in CHANGES:
        raise ConfigError(f"The claim {text!r}: {measure} is a change against clean; name another condition.")
    limit = _limit(text, measure, found["number"], bool(found["percent"]))
    sign = 1 if found["sign"] in ("<=", "≤") else -1
    every = group in (None, "every group"), where in (None, "every condition")
    return WrittenClaim(text, measure, sign, limit, None if every[0] else group, None if every[1] else where)


def read_claims(path: Path) -> Iterator[WrittenClaim]:
    """The claims of a text file, one a line; blank lines and lines from # on are left out. Raises ConfigError."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if text := line.partition("#")[0].strip():
            try:
                yield parse_claim(text)
            except ConfigError as error:
                raise ConfigError(f"{path}:{number}: {error}") from error


def _limit(text: str, measure: str, number: str, percent: bool) -> float:
    low, high = MEASURES[measure]
    try:
        limit = float(number) / (100 if percent else 1)
    except ValueError:
        raise ConfigError(f"The claim {text!r}: {number!r} is not a number; {FORM}.") from None
    if not low <= limit <= high:
        hint = " Write 15 % or 0.15 for fifteen percent." if high == 1 else ""
        raise ConfigError(f"The claim {text!r}: the bound of {measure} lies from {low:g} to {high:g}.{hint}")
    return limit

# SPDX-License-Identifier: Apache-2.0
"""A search for the breaking point: the mildest step of one axis at which a gap, or a WER, exceeds a tolerance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stresstest.conditions import AXES, CLEAN, Condition
from stresstest.errors import ConfigError, allowed
from stresstest.profiles import STAGES
from stresstest.profiles.library import Library
from stresstest.statistics.bisection import Question

MEASURES = ("gap", "wer")
KEYS = (
    "axis", "profile", "from_db", "to_db", "resolution_db", "coarse_steps", "at", "measure", "group", "tolerance",
    "sure", "budget_decodes",
)  # fmt: skip
MOST_STEPS = 1000
LASTS_DB = 1.0
"""Over how much more of an SNR axis a limit stays exceeded where it breaks."""
MOST_SHARE, FEW_STEPS = 0.3, 7
"""Without a budget a search looks at no more than this share of the steps, or at the few of a short axis."""


@dataclass(frozen=True, slots=True)
class Search:
    """steps: labels of conditions, mildest first; the first is clean. stride: at most so many steps lie between looks
    of the coarse pass.

    measure: `gap`, the max–min gap, or `wer`, of `group` or, where that is None, of the worst group. tolerance: a
    fraction; None means the study's max_gap. budget_decodes: no step is begun that would exceed it; None: MOST_SHARE
    of the steps. sure: a step exceeds the tolerance where its lower bound does, not where its value does.
    """

    axis: str
    steps: tuple[str, ...]
    stride: int
    measure: str = "gap"
    group: str | None = None
    tolerance: float | None = None
    budget_decodes: int | None = None
    sure: bool = False

    def __post_init__(self) -> None:
        if len(self.steps) < 3 or len(set(self.steps)) != len(self.steps) or self.steps[0] != CLEAN.label:
            raise ConfigError(
                f"A search needs clean and at least two more steps, each once; got {', '.join(self.steps[:5])}."
            )
        if self.measure not in MEASURES:
            raise ConfigError(f"search.measure: there is no {self.measure!r}; {allowed(self.measure, MEASURES)}.")
        if self.measure == "gap" and self.group is not None:
            raise ConfigError("search.group belongs to search.measure=wer; a gap is between all groups.")
        if self.measure == "wer" and self.tolerance is None:
            raise ConfigError("search.measure=wer needs search.tolerance, a fraction; for example 0.2.")
        if self.tolerance is not None:
            _number("search.tolerance", self.tolerance, 0, 10)
        for key, value in (("coarse_steps", self.stride), ("budget_decodes", self.budget_decodes)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise ConfigError(f"search.{key} takes a whole number from 1 up; got {value!r}.")
        if not isinstance(self.sure, bool):
            raise ConfigError(f"search.sure takes true or false; got {self.sure!r}.")

    def limit(self, max_gap: float) -> float:
        """The tolerance, given the study's."""
        return max_gap if self.tolerance is None else self.tolerance

    def question(self, max_gap: float) -> Question:
        """What is asked of the numbers alone."""
        return Question(len(self.steps), self.stride, self.lasts, self.limit(max_gap), self.measure == "gap")

    @property
    def lasts(self) -> int:
        """Over how many more steps the tolerance stays exceeded where it breaks: those within LASTS_DB."""
        first, second = (Condition.parse(label).snr_db for label in self.steps[1:3])
        if self.axis != "snr_db" or first is None or second is None:
            return 0
        return math.floor(LASTS_DB / abs(first - second) + 1e-9)

    def most_looks(self, cost: int) -> int:
        """How many steps may be looked at where one costs so many decodes. Raises ConfigError where not even two."""
        if self.budget_decodes is not None and self.budget_decodes < 2 * cost:
            raise ConfigError(
                f"search.budget_decodes={self.budget_decodes} does not pay for clean and one step, {2 * cost} decodes."
            )
        if self.budget_decodes is not None:
            return min(len(self.steps), self.budget_decodes // cost)
        return max(math.floor(MOST_SHARE * len(self.steps)), min(len(self.steps), FEW_STEPS))


def search_of(mapping: Mapping[str, Any], library: Library) -> Search | None:
    """From the config group `search`; None where it names no axis. Raises ConfigError."""
    for key in mapping:
        if key not in KEYS:
            raise ConfigError(f"There is no key {key!r} in search; {allowed(key, KEYS)}.")
    given = {**dict.fromkeys(KEYS), **mapping}
    if given["axis"] is None:
        return None
    conditions = _levels(given, library) if given["axis"] == "snr_db" else _severities(given, library)
    return Search(
        axis=given["axis"],
        steps=(CLEAN.label, *(c.label for c in conditions)),
        stride=8 if given["coarse_steps"] is None else given["coarse_steps"],
        measure=given["measure"] or "gap",
        group=given["group"],
        tolerance=given["tolerance"],
        budget_decodes=given["budget_decodes"],
        sure=False if given["sure"] is None else given["sure"],
    )


def from_mapping(mapping: Mapping[str, Any] | None) -> Search | None:
    """The search that a study.yaml holds."""
    return Search(**{**mapping, "steps": tuple(mapping["steps"])}) if mapping else None


def _levels(given: Mapping[str, Any], library: Library) -> list[Condition]:
    """SNRs from `from_db` down to `to_db` in steps of `resolution_db`."""
    high, low = (_number(f"search.{key}", given[key], -60, 100) for key in ("from_db", "to_db"))
    step = _number("search.resolution_db", given["resolution_db"], 0.1, 20)
    count = math.floor((high - low) / step + 1e-9) + 1
    if not 2 <= count <= MOST_STEPS:
        raise ConfigError(
            f"search.from_db={high:g} down to search.to_db={low:g} by search.resolution_db={step:g} makes {count} "
            f"steps; allowed: 2 to {MOST_STEPS}. The mild end comes first."
        )
    noise = _profile("noise", given, library)
    return [_condition(given, {"noise": noise, "snr_db": round(high - n * step, 6)}) for n in range(count)]


def _severities(given: Mapping[str, Any], library: Library) -> list[Condition]:
    stage = given["axis"]
    axes = ("snr_db", *(s for s in STAGES if s != "noise"))
    if stage not in axes:
        raise ConfigError(f"search.axis: there is no {stage!r} to search along; {allowed(str(stage), axes)}.")
    name = _profile(stage, given, library)
    severities = [s for s in library.get(stage, name).severities if s]
    if len(severities) < 2:
        raise ConfigError(f"search.profile: the {stage} profile {name!r} has no severities to search along.")
    return [_condition(given, {stage: f"{name}@{s}"}) for s in severities]


def _profile(stage: str, given: Mapping[str, Any], library: Library) -> str:
    name = given["profile"]
    if not isinstance(name, str):
        raise ConfigError(f"search.profile names the {stage} profile to search along; got {name!r}.")
    library.get(stage, name)
    return name


def _condition(given: Mapping[str, Any], axes: Mapping[str, Any]) -> Condition:
    rest = given["at"] or {}
    if not isinstance(rest, Mapping) or set(rest) & set(axes) or not set(rest) <= set(AXES):
        raise ConfigError(
            f"search.at fixes other stages of the signal path, for example {{device: irs_handset}}; got {rest!r}."
        )
    return Condition.from_mapping({**rest, **axes})


def _number(key: str, value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ConfigError(f"{key} takes a number from {low:g} to {high:g}; got {value!r}.")
    return float(value)


def conditions_of(search: Search) -> Sequence[Condition]:
    """The steps as conditions, clean first."""
    return [Condition.parse(label) for label in search.steps]

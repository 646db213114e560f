# SPDX-License-Identifier: Apache-2.0
"""The frozen question: what is spoken, by whom, under which conditions, to which recognizer, judged how."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from stresstest.conditions import CLEAN, LEVELS, Condition, ConditionGrid, split_reference
from stresstest.corpora import Selection
from stresstest.declared import Claim
from stresstest.errors import ConfigError, allowed
from stresstest.profiles import Profile
from stresstest.profiles.library import from_mapping as profile_from_mapping
from stresstest.profiles.library import to_mapping as profile_to_mapping
from stresstest.scenes import Scene
from stresstest.search import Search
from stresstest.search import from_mapping as search_from_mapping
from stresstest.study.parts import Component, RenderOptions, Tolerance, within
from stresstest.study.secrets import redacted

SCORING_KEYS = (
    "normalizer", "tolerance", "question", "name", "scenes", "reference", "population", "claims", "group_by",
    "min_cell_speakers", "search",
)  # fmt: skip
"""What can change without a new decode."""
PACE_OPTIONS = (
    "batch_size", "concurrency", "requests_per_minute", "tries", "timeout_s", "patience_s", "cost_per_hour", "max_cost",
    "max_requests", "max_seconds",
)  # fmt: skip
"""Options of a recognizer that say how fast and for how much it answers, never what: a run goes on under others."""
UNKNOWN = "unknown"
"""The name of a group whose speakers lack the value that would name it."""
SMALLEST_CELL = 5
"""Speakers under which a group that is not simply an accent is withheld: few people are easily told apart."""


@dataclass(frozen=True, slots=True)
class Study:
    """A whole question; nothing in it says how many workers answer it or where the answer lies.

    profiles maps `stage/name` to the resolved profile, so that a study is complete without the library.
    babble: the corpus whose speakers fill babble noise; never speakers under test. scenes: conditions of the grid that
    were asked for in absolute levels. reference: the group beside which the others are read. population: each group's
    share of the people who will speak, which weights the mean over groups; None: words heard weight it. claims: bounds
    declared before the run. group_by: the columns of the results that make the groups, `accent` or others joined by +
    (`accent+gender`). min_cell_speakers: smaller groups are named and their numbers withheld; None: see
    `smallest_group`. search: the steps among which the conditions of the grid are looked at one by one.
    """

    name: str
    question: str
    seed: int
    corpus: Component
    recognizers: Mapping[str, Component]
    grid: ConditionGrid
    profiles: Mapping[str, Profile]
    selection: Selection = field(default_factory=Selection)
    reps: int = 1
    babble: Component | None = None
    normalizer: str = "basic"
    tolerance: Tolerance = field(default_factory=Tolerance)
    render: RenderOptions = field(default_factory=RenderOptions)
    scenes: tuple[Scene, ...] = ()
    reference: str | None = None
    population: Mapping[str, float] | None = None
    claims: tuple[Claim, ...] = ()
    group_by: str = "accent"
    min_cell_speakers: int | None = None
    search: Search | None = None

    def __post_init__(self) -> None:
        self._check_judgment()
        _check_population(self.reference, self.population)
        within("study.reps", self.reps, 1, 1000, "replicates")
        if not self.recognizers:
            raise ConfigError("A study needs at least one recognizer.")
        for condition in self.grid:
            for stage, value in condition.path:
                if stage not in LEVELS and f"{stage}/{split_reference(str(value))[0]}" not in self.profiles:
                    raise ConfigError(
                        f"The study {self.name!r} names the {stage} profile {value!r} but does not hold it."
                    )

            if condition.speech_dba is not None and self._full_scale(condition) is None:
                raise ConfigError(
                    f"The condition {condition.label} gives speech_dba, but the device profile {condition.device!r} "
                    "says no full_scale_spl_db. Name another device, or give its profile that key."
                )
        if self.scenes and self.render.snr_weighting != "A":
            raise ConfigError(
                "Scenes state levels in dB(A), so their SNR is A-weighted: add render.snr_weighting=A. It then holds "
                "for every SNR of the study."
            )

    def _check_judgment(self) -> None:
        columns = self.group_columns
        if not all(columns) or len(set(columns)) != len(columns):
            raise ConfigError(
                f"study.group_by takes a column of the results or several joined by +, for example accent+gender; got "
                f"{self.group_by!r}."
            )
        if self.min_cell_speakers is not None:
            within("study.min_cell_speakers", self.min_cell_speakers, 1, 1000, "speakers")
        for claim in self.claims:
            label = self.label_of(claim)
            if label == CLEAN.label and claim.measure in ("did", "log_did"):
                raise ConfigError(f"study.claims: {claim.measure} is a change against clean; name another condition.")

    @property
    def group_columns(self) -> tuple[str, ...]:
        """The columns of the results whose values name a speaker's group."""
        return tuple(self.group_by.split("+"))

    def groups_of(self, people: Iterable[tuple[str, Mapping[str, str]]]) -> set[str]:
        """The groups of people given as (accent, strata). Raises ConfigError for a column that nobody has."""
        everybody = [{"accent": accent, **strata} for accent, strata in people]
        known = {name for person in everybody for name in person}
        for name in self.group_columns:
            if name not in known:
                raise ConfigError(f"study.group_by: the corpus has no column {name!r}; {allowed(name, known)}.")
        return {self.group_of(person.get("accent", ""), person) for person in everybody}

    def group_of(self, accent: str, strata: Mapping[str, str]) -> str:
        """The group of a speaker of this accent whom other columns describe; `unknown` for a value that is missing."""
        person = {**strata, "accent": accent}
        return "+".join(person.get(n) or UNKNOWN for n in self.group_columns)

    @property
    def smallest_group(self) -> int:
        """Groups of fewer speakers are named, not shown: `min_cell_speakers`, else 1 for accents and 5 for others."""
        return self.min_cell_speakers or (1 if self.group_by == "accent" else SMALLEST_CELL)

    def label_of(self, claim: Claim) -> str:
        """The condition of a claim, by its label or a scene's name. Raises ConfigError where the grid lacks it."""
        known = {**{c.label: c.label for c in self.grid}, **{s.name: s.condition.label for s in self.scenes}}
        if claim.condition not in known:
            raise ConfigError(
                f"study.claims: the study has no condition {claim.condition!r}; {allowed(claim.condition, known)}."
            )
        return known[claim.condition]

    def _full_scale(self, condition: Condition) -> float | None:
        return self.profile("device", str(condition.device))[0].full_scale_spl_db

    def check_groups(self, names: Iterable[str]) -> None:
        """Raise ConfigError where `reference` is none of the groups of the corpus, or `population` leaves one out; and
        what `check_claims` raises."""
        known = set(names)
        if self.reference is not None and self.reference not in known:
            raise ConfigError(
                f"study.reference: the corpus has no group {self.reference!r}; {allowed(self.reference, known)}."
            )
        lacking = sorted(known - set(self.population or known))
        if lacking:
            raise ConfigError(
                f"study.population gives no share for {', '.join(lacking)}; it takes one above 0 for every group."
            )
        self.check_claims(known)

    def check_claims(self, names: Iterable[str]) -> None:
        """Raise ConfigError where a claim, or the search, is about none of these groups."""
        known = set(names)
        asked = [("study.claims", claim.group) for claim in self.claims]
        for key, group in [*asked, ("search.group", self.search.group if self.search else None)]:
            if group not in (None, "every group", *known):
                raise ConfigError(f"{key}: there is no group {group!r}; {allowed(str(group), known)}.")

    def profile(self, stage: str, reference: str) -> tuple[Profile, str]:
        """The profile behind `name` or `name@severity`, and the severity."""
        name, severity = split_reference(reference)
        return self.profiles[f"{stage}/{name}"], severity

    def control_of(self, stage: str, reference: str) -> str | None:
        """The name of the profile against which effects of `reference` are read, or None."""
        return self.profile(stage, reference)[0].control

    def to_mapping(self) -> dict[str, Any]:
        """Plain data for study.yaml; secrets are redacted."""
        return {
            "name": self.name,
            "question": self.question,
            "seed": self.seed,
            "reps": self.reps,
            "corpus": _component(self.corpus),
            "selection": self.selection.to_mapping(),
            "babble": _component(self.babble) if self.babble else None,
            "recognizers": {name: _component(c) for name, c in self.recognizers.items()},
            "conditions": [c.label for c in self.grid],
            "scenes": [asdict(scene) for scene in self.scenes],
            "render": asdict(self.render),
            "normalizer": self.normalizer,
            "tolerance": asdict(self.tolerance),
            "claims": [asdict(claim) for claim in self.claims],
            "group_by": self.group_by,
            "min_cell_speakers": self.min_cell_speakers,
            "search": {**asdict(self.search), "steps": list(self.search.steps)} if self.search else None,
            "reference": self.reference,
            "population": dict(self.population) if self.population is not None else None,
            "profiles": {k: {**profile_to_mapping(p), "origin": None} for k, p in sorted(self.profiles.items())},
        }

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Study:
        """The study that `to_mapping` wrote; redacted secrets stay redacted."""
        return cls(
            name=mapping["name"],
            question=mapping["question"],
            seed=mapping["seed"],
            reps=mapping["reps"],
            corpus=Component(**mapping["corpus"]),
            selection=Selection(**mapping["selection"]),
            babble=Component(**mapping["babble"]) if mapping["babble"] else None,
            recognizers={name: Component(**c) for name, c in mapping["recognizers"].items()},
            grid=ConditionGrid(tuple(Condition.parse(label) for label in mapping["conditions"])),
            scenes=tuple(Scene(**scene) for scene in mapping.get("scenes", ())),
            render=RenderOptions(**mapping["render"]),
            normalizer=mapping["normalizer"],
            tolerance=Tolerance(**mapping["tolerance"]),
            claims=tuple(Claim.from_mapping(claim) for claim in mapping.get("claims", ())),
            group_by=mapping.get("group_by", "accent"),
            min_cell_speakers=mapping.get("min_cell_speakers"),
            search=search_from_mapping(mapping.get("search")),
            reference=mapping.get("reference"),
            population=mapping.get("population"),
            profiles={key: profile_from_mapping(p) for key, p in mapping["profiles"].items()},
        )

    @property
    def digest(self) -> str:
        """SHA-256 of everything that the study says, secrets aside, in hexadecimal."""
        return _sha256(self.to_mapping())

    @property
    def decoding_digest(self) -> str:
        """SHA-256 of what determines audio and decoding: the same whatever SCORING_KEYS say."""
        said = {k: v for k, v in self.to_mapping().items() if k not in SCORING_KEYS}
        for recognizer in said["recognizers"].values():
            recognizer["options"] = {k: v for k, v in recognizer["options"].items() if k not in PACE_OPTIONS}
        return _sha256(said)


def _sha256(mapping: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(mapping, sort_keys=True).encode()).hexdigest()


def _component(component: Component) -> dict[str, Any]:
    return {"target": component.target, "options": redacted(component.options)}


def _check_population(reference: object, population: object) -> None:
    if reference is not None and not (isinstance(reference, str) and reference.strip()):
        raise ConfigError(f"study.reference takes the name of a group, or null; got {reference!r}.")
    if population is None:
        return
    if not isinstance(population, Mapping) or not population:
        raise ConfigError(f"study.population takes a share for each group, as {{a: 0.7, b: 0.3}}; got {population!r}.")
    for name, share in population.items():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share < math.inf:
            raise ConfigError(f"study.population.{name} takes a share above 0; got {share!r}.")

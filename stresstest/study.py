# SPDX-License-Identifier: Apache-2.0
"""The frozen question: what is spoken, by whom, under which conditions, to which recognizer, judged how."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
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

SECRET = re.compile(r"(secret|token|password|passwd|credential|api_?key|access_?key)", re.IGNORECASE)
REDACTED = "(redacted)"
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
class Component:
    """A class, as `package.module.Class`, and the options of its constructor."""

    target: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How audio is made.

    rate_hz: the working sample rate; SNR is set in the band 0 to rate_hz/2. speech_level_dbov: active speech level
    (ITU-T P.56) to which each utterance is brought first. padding_ms: silence before and after the speech, which
    noise fills. snr_weighting: None or "A". snr_reference: "on", "long_term", or None for what each profile says.
    level_mode: `fixed_snr` sets the SNR against the changed voice; `fixed_noise` keeps the noise at the level that
    the unchanged voice would ask for, so that a softer voice has a lower SNR.
    """

    rate_hz: int = 16000
    speech_level_dbov: float = -26.0
    padding_ms: float = 250.0
    snr_weighting: str | None = None
    snr_reference: str | None = None
    level_mode: str = "fixed_snr"

    def __post_init__(self) -> None:
        _one_of("render.snr_weighting", self.snr_weighting, (None, "A"))
        _one_of("render.snr_reference", self.snr_reference, (None, "on", "long_term"))
        _one_of("render.level_mode", self.level_mode, ("fixed_snr", "fixed_noise"))
        _within("render.rate_hz", self.rate_hz, 8000, 48000, "Hz")
        if self.rate_hz != int(self.rate_hz):
            raise ConfigError(f"render.rate_hz takes a whole number of Hz; got {self.rate_hz!r}.")
        _within("render.speech_level_dbov", self.speech_level_dbov, -50, -15, "dBov")
        _within("render.padding_ms", self.padding_ms, 0, 5000, "ms")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What the deployer declares acceptable, before the run, as fractions.

    max_gap: the largest max–min gap in WER. target_wer: the WER at which groups are compared in decibels; None: the
    first of 50, 30, 20 and 10 % that most groups pass.
    """

    max_gap: float = 0.10
    target_wer: float | None = None

    def __post_init__(self) -> None:
        _within("study.tolerance.max_gap", self.max_gap, 0, 1, "(a fraction: 0.10 is ten points of WER)")
        if self.target_wer is not None:
            _within("study.tolerance.target_wer", self.target_wer, 0.01, 0.99, "(a fraction: 0.2 is a WER of 20 %)")


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
        _within("study.reps", self.reps, 1, 1000, "replicates")
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
            _within("study.min_cell_speakers", self.min_cell_speakers, 1, 1000, "speakers")
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


def redacted(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options with the value of every key that looks like a secret replaced, at any depth."""

    def clean(key: str, value: Any) -> Any:
        if SECRET.search(key) and value is not None:
            return REDACTED
        if isinstance(value, Mapping):
            return redacted(value)
        return [clean(key, v) for v in value] if isinstance(value, list | tuple) else value

    return {key: clean(key, value) for key, value in options.items()}


def without_secrets(text: str, options: Mapping[str, Any]) -> str:
    """The text with every secret of the options replaced, should a library have put one in its message."""

    def found(key: str, value: Any) -> Iterator[str]:
        if isinstance(value, Mapping):
            for k, v in value.items():
                yield from found(k if not SECRET.search(key) else key, v)
        elif isinstance(value, list | tuple):
            for v in value:
                yield from found(key, v)
        elif SECRET.search(key) and value is not None and str(value):
            yield str(value)

    for secret in sorted({s for k, v in options.items() for s in found(k, v)}, key=len, reverse=True):
        text = text.replace(secret, REDACTED)
    return text


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


def _one_of(key: str, value: object, options: tuple[str | None, ...]) -> None:
    if value not in options:
        names = ", ".join("null" if o is None else o for o in options)
        raise ConfigError(f"{key} takes one of {names}; got {value!r}.")


def _within(key: str, value: object, low: float, high: float, unit: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ConfigError(f"{key} takes a number from {low:g} to {high:g} {unit}; got {value!r}.")

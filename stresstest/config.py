# SPDX-License-Identifier: Apache-2.0
"""Mapping → Job: the door at which configuration stops. Beside `cli`, no other module sees Hydra or OmegaConf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from stresstest.appendix import FORMATS
from stresstest.conditions import ConditionGrid, layers_of, split_reference
from stresstest.corpora import Selection
from stresstest.declared import Claim
from stresstest.engine.components import construct
from stresstest.engine.executors import Executor
from stresstest.errors import ConfigError, allowed
from stresstest.perturbations import Source
from stresstest.places import data_folder
from stresstest.plugins import catalogue
from stresstest.profiles import STAGES, Profile
from stresstest.profiles.library import Library
from stresstest.recognizers import Recognizer
from stresstest.scenes import Scene, scenes_of
from stresstest.search import Search, conditions_of, search_of
from stresstest.study import Component, RenderOptions, Study, Tolerance
from stresstest.text.languages import language
from stresstest.text.normalizers import normalizer

KEYS = (
    "corpus", "babble", "recognizer", "grid", "normalizer", "executor", "appendix", "study", "seed", "reps", "output",
    "profiles", "allowed_packages", "render", "grammar", "retry_failed", "search",
)  # fmt: skip
JUDGMENT: Mapping[str, Any] = {
    "reference": None, "population": None, "claims": None, "group_by": "accent", "min_cell_speakers": None,
}  # fmt: skip
"""Keys of a study that an older config may lack, with what they are then."""
LANGUAGE = "language"
"""The normalizer that is told by options."""

STUDY_KEYS = ("name", "question", "tolerance", *JUDGMENT)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AppendixOptions:
    """Which documents to write: `formats`, and `sections` in order (None: all)."""

    formats: tuple[str, ...] = ("html", "md", "json")
    sections: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A study, and what answering it takes that is no part of the question."""

    study: Study
    output: Path
    executor: Executor
    appendix: AppendixOptions
    retry_failed: bool = False


def compose(*overrides: str, config_dir: str | Path | None = None) -> Job:
    """The job that `stresstest run OVERRIDE…` would do. Raises ConfigError and other InputErrors."""
    from hydra import compose as hydra_compose
    from hydra import initialize_config_dir
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    search = [f"hydra.searchpath=[file://{Path(config_dir).resolve()}]"] if config_dir else []
    try:
        with initialize_config_dir(str(data_folder("conf")), version_base="1.3"):
            config = hydra_compose("config", [*overrides, *search])
        return build(to_mapping(config))
    except (HydraException, OmegaConfBaseException) as error:
        raise ConfigError(describe(error)) from error


def describe(error: Exception) -> str:
    """What Hydra says, on as few lines as it takes, without its advice to see a stack trace."""
    from hydra.errors import MissingConfigException, OverrideParseException
    from omegaconf.errors import ConfigAttributeError, MissingMandatoryValue

    cause = error.__cause__
    if isinstance(error, MissingMandatoryValue):
        return f"{error.full_key} has no value; give one: {error.full_key}=VALUE."
    if isinstance(error, MissingConfigException) and error.missing_cfg_file and error.options:
        group, _, name = str(error.missing_cfg_file).rpartition("/")
        known = [option for option in error.options if not option.startswith("_")]
        return f"There is no {name!r} in the group {group}; {allowed(name, known)}."
    if isinstance(cause, ConfigAttributeError) and cause.parent_node is not None:
        where = str(cause.full_key).rpartition(".")[0] or "the configuration"
        added = f" A mapping gets a new key by +{cause.full_key}=VALUE." if "." in where else ""
        among = allowed(cause.key, map(str, cause.parent_node))
        return f"There is no key {str(cause.key)!r} in {where}; {among}.{added}"
    start = [f"The override {error.override!r} cannot be read:"] if isinstance(error, OverrideParseException) else []
    lines = [*start, *str(error).splitlines(), *(str(cause).splitlines()[:1] if cause else [])]
    if isinstance(error, OverrideParseException) and not str(error.override).isascii():
        lines.append("Put names with other letters than those of ASCII in quotes: 'corpus.groups=[\"…\"]'.")
    noise = ("HYDRA_FULL_ERROR", "object_type=")
    return "\n".join(line.rstrip() for line in lines if line.strip() and not any(word in line for word in noise))


def to_mapping(config: Any) -> dict[str, Any]:
    """A composed Hydra config as plain data, interpolations resolved. Raises ConfigError where a value is missing."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    try:
        found = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        raise ConfigError(describe(error)) from error
    return {str(k): v for k, v in found.items() if k != "hydra"}  # type: ignore[union-attr]


def build(mapping: Mapping[str, Any]) -> Job:
    """The job that a composed mapping describes. Raises ConfigError, naming the key and what is allowed."""
    mapping = {"search": {}, **mapping}
    _known("the configuration", mapping, KEYS, complete=True)
    packages = _strings("allowed_packages", mapping["allowed_packages"])
    more = [] if mapping["profiles"] is None else [Path(_text("profiles", mapping["profiles"]))]
    library = Library.shipped(*more)
    profiles: dict[str, Profile] = {}
    search = search_of(_mapping("search", mapping["search"]), library)
    asked = _steps(search) if search else mapping["grid"]
    scenes = scenes_of(_list("grid.scenes", _mapping("grid", asked).get("scenes") or []), library)
    grid = _grid(asked, scenes, library, profiles)
    corpus, selection = _corpus("corpus", mapping["corpus"], packages)
    name, recognizer = _recognizer(mapping["recognizer"], packages)
    study = _section("study", {**JUDGMENT, **_mapping("study", mapping["study"])}, STUDY_KEYS)
    job = Job(
        study=Study(
            name=_text("study.name", study["name"]),
            question=_text("study.question", study["question"]),
            seed=_whole("seed", mapping["seed"]),
            reps=_whole("reps", mapping["reps"]),
            corpus=corpus,
            selection=selection,
            recognizers={name: recognizer},
            grid=grid,
            profiles=profiles,
            babble=_corpus("babble", mapping["babble"], packages)[0] if _needs_pool(profiles) else None,
            normalizer=_normalizer(mapping["normalizer"]),
            tolerance=_made("study.tolerance", Tolerance, study["tolerance"]),
            render=_made("render", RenderOptions, mapping["render"]),
            scenes=scenes,
            reference=study["reference"],
            population=study["population"],
            claims=tuple(Claim.from_mapping(_mapping("study.claims", c)) for c in _claims(study["claims"])),
            group_by=_text("study.group_by", study["group_by"]),
            min_cell_speakers=study["min_cell_speakers"],
            search=search,
        ),
        output=Path(_text("output", mapping["output"])),
        executor=construct(_component("executor", mapping["executor"], packages), Executor),  # type: ignore[type-abstract]
        appendix=_appendix(mapping["appendix"]),
        retry_failed=_yes_or_no("retry_failed", mapping["retry_failed"]),
    )
    construct(recognizer, Recognizer)  # type: ignore[type-abstract]  # its options are checked before any work
    return job


def _steps(search: Search) -> Mapping[str, Any]:
    """The grid that holds every step of a search, in place of the one that is given."""
    return {"axes": {}, "exclude": [], "extra": [dict(c.path) for c in conditions_of(search) if c.path]}


def _grid(mapping: Any, scenes: Sequence[Scene], library: Library, profiles: dict[str, Profile]) -> ConditionGrid:
    grid = _section("grid", {"scenes": None, **_mapping("grid", mapping)}, ("axes", "exclude", "extra", "scenes"))

    def control_of(stage: str, reference: str) -> str | None:
        name, severity = split_reference(reference)
        profile = profiles.setdefault(f"{stage}/{name}", library.get(stage, name))
        layers_of(profile, severity)
        return profile.control

    given = _mapping("grid.axes", grid["axes"] or {})
    axes = {k: None if v is None else _list(f"grid.axes.{k}", v) for k, v in given.items()}
    extra = [_mapping("grid.extra", e) for e in _list("grid.extra", grid["extra"] or [])]
    extra += [dict(scene.condition.path) for scene in scenes]
    exclude = [_mapping("grid.exclude", e) for e in _list("grid.exclude", grid["exclude"] or [])]
    made = ConditionGrid.from_axes(axes, exclude, extra, control_of)
    for condition in made:
        for stage in STAGES:
            if (reference := getattr(condition, stage)) is not None:
                control_of(stage, reference)
    _check_exclusions(exclude, library)
    return made


def _check_exclusions(exclude: Sequence[Mapping[str, Any]], library: Library) -> None:
    """An exclusion names profiles that there are, for a misspelt one would exclude nothing. Raises ConfigError."""
    for rule in exclude:
        for stage in STAGES:
            value = rule.get(stage)
            for reference in value if isinstance(value, list) else [value]:
                if reference is not None:
                    name, severity = split_reference(str(reference))
                    layers_of(library.get(stage, name), severity)


def _needs_pool(profiles: Mapping[str, Profile]) -> bool:
    layers = [k for p in profiles.values() if p.stage == "noise" for s in p.severities for _, k in layers_of(p, s)]
    return any(isinstance(kind, Source) and kind.needs_pool for kind in layers)


def _corpus(key: str, mapping: Any, packages: Sequence[str]) -> tuple[Component, Selection]:
    shared = {f.name for f in fields(Selection)}
    given = _mapping(key, mapping)
    chosen = {k: v for k, v in given.items() if k in shared}
    for name in ("groups", "stratify"):
        if chosen.get(name) is not None:
            chosen[name] = _strings(f"{key}.{name}", chosen[name])
    if isinstance(chosen.get("labels"), str):
        chosen["labels"] = _data(f"{key}.labels", Path(chosen["labels"]))
    for name in ("min_speakers", "max_speakers", "max_utterances_per_speaker", "seed"):
        if chosen.get(name) is not None:
            _whole(f"{key}.{name}", chosen[name])
    chosen["min_speakers"] = 1 if chosen.get("min_speakers") is None else chosen["min_speakers"]
    chosen["seed"] = chosen.get("seed") or 0
    component = _component(key, {k: v for k, v in given.items() if k not in shared}, packages)
    return component, _made(key, Selection, chosen)


def _data(key: str, path: Path) -> Any:
    """What a YAML file holds, plain data alone. Raises ConfigError."""
    import yaml

    try:
        return yaml.safe_load(path.expanduser().read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(f"{key}: {path} cannot be read as YAML in UTF-8: {error}") from error


def _recognizer(mapping: Any, packages: Sequence[str]) -> tuple[str, Component]:
    given = _mapping("recognizer", mapping)
    component = _component("recognizer", {k: v for k, v in given.items() if k != "name"}, packages)
    return str(given.get("name") or component.target.split(".")[-2]), component


def _component(key: str, mapping: Any, packages: Sequence[str]) -> Component:
    given = dict(_mapping(key, mapping))
    target = given.pop("_target_", None)
    if not isinstance(target, str) or "." not in target:
        raise ConfigError(f"{key}._target_ names a class as package.module.Class; got {target!r}.")
    if target.split(".")[0] not in packages:
        raise ConfigError(
            f"{key}._target_: {target} is not in an allowed package; allowed: {', '.join(packages)}. "
            f"Where you trust it, add allowed_packages=[{','.join([*packages, target.split('.')[0]])}]."
        )
    return Component(target, given)


def _claims(given: Any) -> list[Any]:
    return _list("study.claims", given or [])


def _normalizer(mapping: Any) -> str:
    given = dict(_mapping("normalizer", mapping))
    if given.get("name") == LANGUAGE:
        options = dict(_section("normalizer", given, ("name", "language", "unit", "marks", "variants")))
        if isinstance(options["variants"], str):
            options["variants"] = _data("normalizer.variants", Path(options["variants"]))
        return language(*(options[key] for key in ("language", "unit", "marks", "variants"))).name
    name = str(_section("normalizer", given, ("name",))["name"])
    normalizer(name)
    return name


def _appendix(mapping: Any) -> AppendixOptions:
    given = _section("appendix", mapping, ("formats", "sections"))
    sections = None if given["sections"] is None else _strings("appendix.sections", given["sections"])
    for name in sections or ():
        if name not in catalogue("sections"):
            raise ConfigError(
                f"appendix.sections: there is no section {name!r}; {allowed(name, catalogue('sections'))}."
            )
    formats = _strings("appendix.formats", given["formats"])
    for name in formats:
        if name not in FORMATS:
            raise ConfigError(f"appendix.formats: there is no format {name!r}; {allowed(name, FORMATS)}.")
    return AppendixOptions(formats, sections)


def _made(key: str, cls: type[T], mapping: Any) -> T:
    names = [f.name for f in fields(cls)]  # type: ignore[arg-type]
    given = _mapping(key, mapping)
    _known(key, given, names)
    return cls(**given)


def _section(key: str, mapping: Any, names: Sequence[str]) -> Mapping[str, Any]:
    given = _mapping(key, mapping)
    _known(key, given, names, complete=True)
    return given


def _known(where: str, mapping: Mapping[str, Any], names: Sequence[str], complete: bool = False) -> None:
    for key in mapping:
        if key not in names:
            raise ConfigError(f"There is no key {key!r} in {where}; {allowed(key, names)}.")
    missing = [name for name in names if complete and name not in mapping]
    if missing:
        raise ConfigError(f"The key {', '.join(missing)} is missing in {where}.")


def _mapping(key: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"{key} takes keys with values; got {value!r}.")
    return {str(k): v for k, v in value.items()}


def _list(key: str, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise ConfigError(f"{key} takes a list, for example [a, b]; got {value!r}.")
    return list(value)


def _strings(key: str, value: Any) -> tuple[str, ...]:
    if not all(isinstance(v, str) for v in _list(key, value)):
        raise ConfigError(f"{key} takes a list of names; got {value!r}.")
    return tuple(value)


def _text(key: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise ConfigError(f"{key} takes a text; got {value!r}.")
    return str(value)


def _yes_or_no(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{key} takes true or false; got {value!r}.")
    return value


def _whole(key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigError(f"{key} takes a whole number; got {value!r}.")
    return value


__all__ = ["AppendixOptions", "Job", "build", "compose", "describe", "to_mapping"]

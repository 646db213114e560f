# SPDX-License-Identifier: Apache-2.0
"""The appendix: order the sections, write the documents. A second call writes the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import yaml

from stresstest.errors import InputError, RunFolderError, allowed
from stresstest.places import read_object, write_whole
from stresstest.plugins import catalogue, load
from stresstest.results import Results
from stresstest.sections import _html, _markdown, _plain
from stresstest.sections._document import Document, Part
from stresstest.sections._units import in_characters
from stresstest.sections._words import moment
from stresstest.sections.base import INPUTS, Evidence, Section
from stresstest.study import Study

FORMATS: Mapping[str, Callable[[Document], str]] = {"html": _html.page, "md": _markdown.page, "json": _plain.page}
DISPARITY_SCHEMA = "stresstest/disparity/1"


def write(
    folder: Path, formats: Sequence[str] = ("html", "md", "json"), sections: Sequence[str] | None = None
) -> list[Path]:
    """Write appendix.<format> and figures/ into a run's folder, from its files alone; returns what was written.

    sections: names of files in `sections/`, in this order (None: all, in their own order). Raises InputError for an
    unknown format or section, RunFolderError where a file of the run is missing or not what it should be.
    """
    for name in formats:
        if name not in FORMATS:
            raise InputError(f"The appendix has no format {name!r}; {allowed(name, FORMATS)}.")
    chosen = chosen_sections(sections)
    document = build(read(folder, chosen), chosen)
    written = [_write(folder / f"appendix.{name}", FORMATS[name](document)) for name in dict.fromkeys(formats)]
    return written + _write_figures(folder / "figures", document)


def chosen_sections(names: Sequence[str] | None = None) -> dict[str, Section]:
    """The sections with these names, in this order; all in the order of their `place` for None. Raises InputError."""
    wanted = catalogue("sections") if names is None else dict.fromkeys(names)
    found: dict[str, Section] = {name: load("sections", name)() for name in wanted}
    for name, section in found.items():
        unknown = [need for need in section.needs if need not in INPUTS]
        if unknown:
            why = allowed(unknown[0], INPUTS)
            raise InputError(f"The section {name!r} needs {unknown[0]!r}, which no run has; {why}.")
    return found if names is not None else dict(sorted(found.items(), key=lambda item: (item[1].place, item[0])))


def read(folder: Path, sections: Mapping[str, Section]) -> Evidence:
    """The four files of a run. Raises RunFolderError, naming the sections that need what is missing."""
    for need, file in INPUTS.items():
        if not (folder / file).is_file():
            wanting = [name for name, section in sections.items() if need in section.needs]
            raise RunFolderError(
                f"{folder} has no {file}, which the appendix needs (sections: {', '.join(wanting) or 'none'}). "
                "`stresstest run` writes it; `stresstest rescore` writes disparity.json again."
            )
    disparity = read_object(folder / INPUTS["disparity"])
    if disparity.get("schema") != DISPARITY_SCHEMA:
        raise RunFolderError(
            f"{folder / INPUTS['disparity']} has the schema {disparity.get('schema')!r}; this version reads "
            f"{DISPARITY_SCHEMA!r}. Write it again with `stresstest rescore`."
        )
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    study = Study.from_mapping(yaml.load((folder / INPUTS["study"]).read_text(encoding="utf-8"), loader))
    results = Results.read(folder / INPUTS["results"])
    return Evidence(study, results, disparity, read_object(folder / INPUTS["provenance"]))


def build(evidence: Evidence, sections: Mapping[str, Section]) -> Document:
    """The document before it has a format. A section with nothing to say is left out."""
    built = [Part(name, section.title, list(section.build(evidence))) for name, section in sections.items()]
    study, made = evidence.study, evidence.provenance
    finished = moment(next((s.get("finished") for s in made.get("times", {}).get("sessions", [])[::-1]), None))
    version = f"stresstest {made.get('stresstest', '')}".strip()
    facts = " · ".join([version, *([f"finished {finished}"] if finished else []), f"seed {study.seed}"])
    document = Document(study.name.replace("_", " "), study.question, facts, tuple(p for p in built if p.blocks))
    return in_characters(document) if evidence.disparity.get("unit") == "character" else document


def _write_figures(folder: Path, document: Document) -> list[Path]:
    """The figures as files; those of an earlier call that are no longer drawn go."""
    figures = {f"{figure.name}.svg": figure.svg for figure in document.figures()}
    if figures:
        folder.mkdir(exist_ok=True)
    for stale in folder.glob("*.svg"):
        if stale.name not in figures:
            stale.unlink()
    return [_write(folder / name, svg) for name, svg in figures.items()]


def _write(path: Path, text: str) -> Path:
    write_whole(path, text)
    return path

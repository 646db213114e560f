# SPDX-License-Identifier: Apache-2.0
"""results → disparity.json → documents: what `run`, `rescore` and `report` end with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stresstest.results import Results
    from stresstest.study import Study


def judge(folder: Path, study: Study, results: Results, every_scoring: bool = False) -> dict[str, Any]:
    """Compute the disparities of a run, set them in the context of provenance.json, and write disparity.json.

    every_scoring: as in `disparity.compute`.
    """
    from stresstest import disparity
    from stresstest.disparity.context import with_context
    from stresstest.places import read_object

    made = read_object(folder / "provenance.json")
    found = with_context(disparity.compute(results, study, every_scoring=every_scoring), results, study, made)
    disparity.write(found, folder / "disparity.json")
    return found


def publish(folder: Path, formats: Sequence[str], sections: Sequence[str] | None) -> None:
    """Write the documents of a run and say where they are and what they say first."""
    from stresstest import appendix

    for path in appendix.write(folder, formats, sections):
        print(f"wrote {path}")


def read_disparity(folder: Path) -> dict[str, Any]:
    """disparity.json of a run. Raises RunFolderError where there is none."""
    from stresstest.places import read_object

    return read_object(folder / "disparity.json")

# SPDX-License-Identifier: Apache-2.0
"""A run's folder: locked while in use, bound to one study, units written whole or not at all."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from stresstest.errors import RunFolderError
from stresstest.places import write_whole
from stresstest.results import Results, schema
from stresstest.study import PACE_OPTIONS, SCORING_KEYS, Study


class RunFolder:
    """The files of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.units = path / "units"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder; a second process is refused. The lock goes with the process, however it ends."""
        self.units.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise RunFolderError(
                    f"Another process is working in {self.path}. Wait for it, or give another folder: output=DIR."
                ) from None
            yield

    def begin(self, study: Study, planned: Iterable[str]) -> None:
        """Bind the folder to a study, or check that it is the same one.

        Raises RunFolderError with the difference where the folder holds another study or other speech.
        """
        path = self.path / "study.yaml"
        wanted = study.to_mapping()
        if path.exists():
            self._refuse_change(_flat(load_yaml(path)), _flat(json.loads(json.dumps(wanted))))
        self.rebind(study)
        foreign = self.finished() - set(planned)
        if foreign:
            raise RunFolderError(
                f"{self.units} holds {len(foreign)} finished units of other speech (for example {min(foreign)}): the "
                "audio or the transcripts have changed since. Give another folder: output=DIR."
            )

    def _refuse_change(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        keys = [k for k in dict.fromkeys([*old, *new]) if old.get(k) != new.get(k) and not _is_pace(k)]
        if not keys:
            return
        lines = [f"  {k}: {old.get(k, '(absent)')!r:.200} -> {new.get(k, '(absent)')!r:.200}" for k in keys[:20]]
        lines += [f"  … and {len(keys) - 20} more"] if len(keys) > 20 else []
        scoring = all(k.split(".")[0] in SCORING_KEYS for k in keys)
        hint = " Only scoring differs: `stresstest rescore` does that without decoding." if scoring else ""
        raise RunFolderError(
            f"{self.path} holds another study. What differs (there -> asked for):\n" + "\n".join(lines) + "\n"
            f"Give another folder (output=DIR) or the old settings.{hint}"
        )

    def rebind(self, study: Study) -> None:
        """Replace the study of this folder by one that differs in scoring or in pace only."""
        write_whole(self.path / "study.yaml", yaml.safe_dump(study.to_mapping(), sort_keys=False, allow_unicode=True))

    def study(self) -> Study:
        """The study of this folder. Raises RunFolderError where there is none."""
        path = self.path / "study.yaml"
        if not path.is_file():
            raise RunFolderError(
                f"{self.path} is no run folder: it has no study.yaml; `stresstest run output=DIR` makes one."
            )
        return Study.from_mapping(load_yaml(path))

    def finished(self) -> set[str]:
        """The ids of the units that are written."""
        return {f.stem for f in self.units.glob("*.parquet")}

    def failed(self) -> set[str]:
        """The ids of the written units that hold a failed cell."""
        import pyarrow.parquet as pq

        columns = {f.stem: pq.read_table(f, columns=["status"])["status"] for f in self.units.glob("*.parquet")}
        return {unit for unit, statuses in columns.items() if "failed" in statuses.to_pylist()}

    def revisions(self, unit: str) -> set[str]:
        """The revisions of the recognizer that answered in a written unit."""
        import pyarrow.parquet as pq

        column = pq.read_table(self.units / f"{unit}.parquet", columns=["recognizer_revision"])["recognizer_revision"]
        return set(column.to_pylist()) - {None}

    def write_unit(self, unit: str, rows: Sequence[Mapping[str, Any]], strata: Sequence[str]) -> None:
        """Write one finished unit, whole."""
        Results.from_rows(rows, strata, scored=False).write(self.units / f"{unit}.parquet")

    def read_units(self, units: Iterable[str], strata: Sequence[str]) -> pa.Table:
        """The rows of these units, in this order; a column that an earlier version did not write is null."""
        import pyarrow.parquet as pq

        empty = schema(strata, scored=False).empty_table()
        tables = [empty, *(pq.read_table(self.units / f"{unit}.parquet") for unit in units)]
        return pa.concat_tables(tables, promote_options="default")


def load_yaml(path: Path) -> Any:
    """A YAML file of ours, read by the C loader where there is one."""
    return yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _is_pace(key: str) -> bool:
    """Whether a dotted key is one of a recognizer's PACE_OPTIONS, under which a run may go on."""
    head, _, tail = key.partition(".options.")
    return head.startswith("recognizers.") and tail in PACE_OPTIONS


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    """Nested mappings as dotted key → value; lists stay whole, so that a difference reads as one line."""
    if not isinstance(value, Mapping) or not value:
        return {prefix: value}
    return {
        k: v for key, inner in value.items() for k, v in _flat(inner, f"{prefix}.{key}" if prefix else str(key)).items()
    }

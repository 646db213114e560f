# SPDX-License-Identifier: Apache-2.0
"""What an executor is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

from stresstest.engine.decoding import Row
from stresstest.engine.plan import Unit
from stresstest.study import Study

Finish = Callable[[Unit, Sequence[Row]], None]
"""Called once a unit with its rows in order; writes them."""
Progress = Callable[[Row], None]
"""Called with each row as it comes."""


class Executor(ABC):
    """Turns units into rows. Subclasses are frozen dataclasses: fields are options of `conf/executor/<name>.yaml`."""

    @property
    @abstractmethod
    def parallelism(self) -> int:
        """How many recognizers work side by side."""

    @abstractmethod
    def execute(self, study: Study, units: Sequence[Unit], finish: Finish, progress: Progress, log: Path) -> None:
        """Execute all units in any order. Rows never depend on the order or the number of workers.

        `log` is a file to which workers' own messages are appended. Raises RecognizerError when a recognizer cannot
        start or keeps dying; what a single decode does becomes a Failure in its row.
        """

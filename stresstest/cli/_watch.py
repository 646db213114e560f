# SPDX-License-Identifier: Apache-2.0
"""Progress of a run: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time

from stresstest.engine.decoding import Row
from stresstest.engine.plan import Plan
from stresstest.engine.run import Watcher

EVERY_SECONDS = 15.0


def watcher() -> Watcher:
    """The watcher that suits standard error."""
    return _Bar() if sys.stderr.isatty() else _Lines()


class _Counter(Watcher):
    """Counts cells and failures."""

    def planned(self, plan: Plan, done: int) -> None:
        self.total, self.before, self.done, self.failed = plan.cells, done, done, 0
        self.start = self.shown = time.monotonic()
        groups = len({u.accent for u in plan.grouped})
        conditions = len({c for unit in plan.units for c in unit.conditions})
        print(
            f"{plan.study.name}: {len(plan.utterances)} utterances of {groups} groups × {conditions} "
            f"conditions × {plan.study.reps} replicates = {plan.cells} cells, {done} of them already done",
            file=sys.stderr,
        )

    def row(self, row: Row) -> None:
        self.done += 1
        self.failed += row["status"] != "ok"
        self.show()

    def show(self) -> None:
        """Say how far it is."""

    @property
    def rate(self) -> float:
        """Cells a second in this session."""
        return (self.done - self.before) / max(time.monotonic() - self.start, 1e-9)


class _Lines(_Counter):
    """A line now and then."""

    def show(self) -> None:
        if time.monotonic() - self.shown >= EVERY_SECONDS or self.done == self.total:
            self.shown = time.monotonic()
            left = (self.total - self.done) / self.rate
            print(
                f"{self.done}/{self.total} cells, {self.failed} failed, {self.rate:.1f} a second, {left:.0f} s left",
                file=sys.stderr,
                flush=True,
            )


class _Bar(_Counter):
    """A bar with rate and time left."""

    def planned(self, plan: Plan, done: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        super().planned(plan, done)
        self.bar = Progress(
            TextColumn("{task.completed}/{task.total} cells"),
            BarColumn(),
            TextColumn("{task.fields[rate]:.1f}/s, {task.fields[failed]} failed, left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self.job = self.bar.add_task("", total=self.total, completed=done, rate=0.0, failed=0)
        self.bar.start()

    def show(self) -> None:
        self.bar.update(self.job, completed=self.done, rate=self.rate, failed=self.failed)

    def closed(self) -> None:
        self.bar.stop()

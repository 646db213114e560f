# SPDX-License-Identifier: Apache-2.0
"""One worker process as its parent sees it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from stresstest.engine.decoding import Row
from stresstest.engine.plan import Unit
from stresstest.engine.worker import Task

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")


class WorkerProcess:
    """A process with a unit in hand, the rows it has sent, since when it decodes and how many cells together.

    It is started by name, not forked or spawned from the caller's main module, so that it works from scripts without
    a main guard, from notebooks and from threads.
    """

    def __init__(self, task: Task, unit: Unit, rows: list[Row], log: Path, singly: bool = False) -> None:
        self.unit, self.rows = unit, rows
        self.singly, self.together = singly, 1
        self.revision: str | None = None
        self.decoding_since: float | None = None
        (their_in, our_out), (our_in, their_out) = os.pipe(), os.pipe()
        environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        command = [sys.executable, "-m", "stresstest.engine.worker", str(their_in), str(their_out)]
        with log.open("ab") as messages:
            self._process = subprocess.Popen(
                command, pass_fds=(their_in, their_out), env=environment, stdin=subprocess.DEVNULL,
                stdout=messages, stderr=messages,
            )  # fmt: skip
        os.close(their_in)
        os.close(their_out)
        self.outbox = Connection(our_in, writable=False)
        self._inbox = Connection(our_out, readable=False)
        self._send(task)
        self._send((unit, len(rows), singly))

    def give(self, unit: Unit) -> None:
        """Hand over the next unit."""
        self.unit, self.rows, self.singly = unit, [], False
        self._send((unit, 0, False))

    def receive(self) -> tuple[Any, ...] | None:
        """The next message, or None when the process is gone."""
        try:
            message: tuple[Any, ...] = self.outbox.recv()
        except (EOFError, OSError):
            return None
        self.decoding_since = time.monotonic() if message[0] == "decoding" else None
        self.together = message[2] if message[0] == "decoding" else 1
        if message[0] == "ready":
            self.revision = message[1]
        return message

    def due(self, time_limit: float) -> float | None:
        """The monotonic time at which the decode in hand has taken `time_limit` seconds a cell; None: no decode."""
        return None if self.decoding_since is None else self.decoding_since + time_limit * self.together

    def end(self) -> str:
        """Wait for a process that is gone and say how it ended."""
        status = self._process.wait()
        if status < 0:
            return f"the worker process was ended by {signal.Signals(-status).name}"
        return f"the worker process ended with status {status}"

    def kill(self) -> None:
        """End the process now and free its pipes."""
        self._process.kill()
        self._process.wait()
        self.outbox.close()
        self._inbox.close()

    def _send(self, message: object) -> None:
        with contextlib.suppress(BrokenPipeError):  # it is gone already; `receive` tells
            self._inbox.send(message)

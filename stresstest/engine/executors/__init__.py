# SPDX-License-Identifier: Apache-2.0
"""Where work units are executed; one file an executor."""

from stresstest.engine.executors.base import Executor, Finish, Progress

__all__ = ["Executor", "Finish", "Progress"]

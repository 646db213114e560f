# SPDX-License-Identifier: Apache-2.0
"""Run a study and write its robustness appendix: the main job, a Hydra application.

Every OVERRIDE is Hydra's: GROUP=NAME chooses a file of conf/, KEY=VALUE sets a value. -m runs several studies, one for
each combination (hydra/launcher=joblib or submitit_local runs them side by side); --cfg job prints the resolved
configuration; --config-dir DIR adds a folder of your own configs; --hydra-help tells the rest. The same command on the
same folder goes on where an interruption left off.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stresstest.config import Job

HELP = "the main job: audio, decoding, disparity, appendix"
TAKES_VALUE = ("--cfg", "-c", "--package", "-p", "--config-dir", "-cd", "--config-name", "-cn", "--config-path", "-cp")
_stopped: list[BaseException] = []
EXAMPLE = "stresstest run study=ward_demo grid.axes.snr_db=[20,10] output=outputs/first"


def configure(parser: argparse.ArgumentParser) -> None:
    """Only for the help text; `execute_raw` hands the arguments to Hydra."""
    from stresstest.cli._help import choices

    parser.description = f"{parser.description}\n{choices()}"
    parser.add_argument(
        "overrides", nargs="*", metavar="OVERRIDE", help="for example study=smoke or executor.workers=2"
    )
    parser.add_argument(
        "-m", "--multirun", action="store_true", help="one study for each combination of a,b,c overrides"
    )
    parser.add_argument("--cfg", metavar="job", help="print the resolved configuration and stop")
    parser.add_argument("--config-dir", metavar="DIR", help="a folder with config files of your own")


def execute(args: argparse.Namespace) -> int:
    """Reached through the parser only for help."""
    return execute_raw(args.overrides)


def execute_raw(arguments: list[str]) -> int:
    """Let Hydra compose and call `task`; errors in the configuration become one clear message."""
    import hydra
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    from stresstest.config import describe
    from stresstest.errors import ConfigError
    from stresstest.places import data_folder

    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra then raises instead of printing and exiting with 1
    sys.argv = ["stresstest run", *_flags_first(arguments)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        hydra.main(version_base="1.3", config_path=str(data_folder("conf")), config_name="config")(task)()
    except (HydraException, OmegaConfBaseException) as error:
        raise ConfigError(describe(error)) from error
    if _stopped:
        raise _stopped.pop()
    return 0


def task(config: Any) -> None:
    """One job of Hydra: one study. What stops a single job is kept for after Hydra, which adds words of its own."""
    from stresstest.config import build, to_mapping
    from stresstest.errors import StresstestError

    try:
        answer(build(to_mapping(_own_folder(config))), "stresstest run " + shlex.join(map(_redacted, sys.argv[1:])))
    except (StresstestError, OSError, KeyboardInterrupt) as error:
        if _is_multirun():
            raise
        _stopped.append(error)


def answer(job: Job, command: str = "") -> Path:
    """Run the study, compute the disparities and write the documents; the folder."""
    from stresstest.cli._publish import judge, publish
    from stresstest.cli._search import look_for_breaking_point
    from stresstest.cli._watch import watcher
    from stresstest.engine.run import run
    from stresstest.errors import CellsFailedError

    if job.study.search:
        outcome = look_for_breaking_point(job, command)
    else:
        outcome = run(job.study, job.output, job.executor, watcher(), command, job.retry_failed)
        judge(job.output, job.study, outcome.results)
    publish(job.output, job.appendix.formats, job.appendix.sections)
    if outcome.failed:
        raise CellsFailedError(
            f"finished, but {outcome.failed} of {outcome.results.table.num_rows} cells failed; "
            f"{job.output / 'appendix.html'} lists them by group, and {job.output / 'results.parquet'} row by row "
            "(status, failure_kind, failure_message). The same command with retry_failed=true decodes them again."
        )
    return job.output


def _own_folder(config: Any) -> Any:
    """In a multirun without an output of its own, each job gets a folder named after its overrides."""
    from hydra.core.hydra_config import HydraConfig

    hydra_config = HydraConfig.get()
    given = [o.split("=")[0].lstrip("+") for o in hydra_config.overrides.task]
    if _is_multirun() and "output" not in given:
        config.output = f"{config.output}/{_folder_name(hydra_config.overrides.task, hydra_config.job.num)}"
    return config


def _folder_name(overrides: Sequence[str], number: int) -> str:
    """The overrides of a job as the name of a folder; with its number where not all of them can be in a name."""
    named = [o for o in overrides if _redacted(o) == o and "/" not in o and len(o) < 60]
    name = ",".join(named)[:150]
    return name if named == list(overrides) and len(name) < 150 else f"{number},{name}".rstrip(",")


def _redacted(argument: str) -> str:
    """An override without what looks like a secret; provenance.json holds the command."""
    from stresstest.study import REDACTED, SECRET

    key, equals, value = argument.partition("=")
    held = re.search(rf"{SECRET.pattern}\w*['\"]?\s*[:=]", value, re.IGNORECASE)
    return f"{key}={REDACTED}" if equals and (SECRET.search(key) or held) else argument


def _is_multirun() -> bool:
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    return bool(HydraConfig.get().mode == RunMode.MULTIRUN)


def _flags_first(arguments: list[str]) -> list[str]:
    """Options before overrides, in whatever order they are given; --config-dir is meant from the current folder.

    Hydra's parser wants all overrides in one stretch, and takes a relative --config-dir from its own file's folder.
    """
    flags: list[str] = []
    overrides: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-"):
            overrides.append(argument)
            continue
        flags.append(argument)
        if argument in TAKES_VALUE and (value := next(rest, None)) is not None:
            flags.append(os.path.abspath(value) if argument in ("--config-dir", "-cd") else value)
    return [*flags, *overrides]

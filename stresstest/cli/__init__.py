# SPDX-License-Identifier: Apache-2.0
"""The command line; one file a command.

A command's module has HELP (one line), EXAMPLE, `configure(parser)` and `execute(args) -> int`, the exit status. It
imports what it needs inside functions, so that `stresstest --help` is quick. `run` takes its arguments raw: they are
Hydra's.

Exit status: 0 done, 2 the call or an input is wrong, 3 a tolerance is exceeded, 4 not enough data to say, 5 finished
but some cells failed, 130 interrupted and resumable, 1 a bug, and only then a traceback.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

COMMANDS = ("run", "plan", "report", "rescore", "compare", "check", "profile", "corpus", "export", "doctor")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    from stresstest.errors import StresstestError

    arguments = list(sys.argv[1:] if argv is None else argv)
    if "" not in sys.path and "." not in sys.path:
        sys.path.append("")  # classes of the user's own, named in a config, are found in the current folder
    try:
        if arguments[:1] == ["run"] and not {"-h", "--help"} & set(arguments):
            return int(_command("run").execute_raw(arguments[1:]))
        args = _parsed(arguments)
        return int(args.execute(args))
    except StresstestError as error:
        print(f"stresstest: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        print(f"stresstest: {error.filename} cannot be read or written: {error.strerror}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stresstest: interrupted; the same command goes on from here.", file=sys.stderr)
        return 130


def _parsed(arguments: list[str]) -> argparse.Namespace:
    """The arguments of a command; overrides may stand before and after its options, which argparse does not foresee."""
    parser = _parser()
    args, more = parser.parse_known_args(arguments)
    if more and (not hasattr(args, "overrides") or any(word.startswith("-") for word in more)):
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    if more:
        args.overrides = [*args.overrides, *more]
    return args


def _command(name: str) -> ModuleType:
    return importlib.import_module(f"stresstest.cli.{name}")


def _parser() -> argparse.ArgumentParser:
    from stresstest import __version__

    parser = argparse.ArgumentParser(
        prog="stresstest",
        description="How the gap in word error rate between accents changes under the acoustics of a deployment.",
        epilog="Example: stresstest run study=ward_demo",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"stresstest {__version__}", help="print the version and stop"
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = _command(name)
        sub = commands.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__,
            epilog=f"Example: {module.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.configure(sub)
        sub.set_defaults(execute=module.execute)
    return parser

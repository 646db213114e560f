# SPDX-License-Identifier: Apache-2.0
"""Programs written by the test, in Python and in shell."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

COUNT = """
import json, sys, wave
with wave.open(sys.argv[1]) as file:
    assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
    seconds = file.getnframes() / file.getframerate()
print(json.dumps({"text": f"{file.getnframes()} at {file.getframerate()}",
                  "words": [{"text": "all", "start_s": 0, "end_s": seconds}]}))
"""


def program(folder: Path, lines: str) -> str:
    path = folder / "program.sh"
    path.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@contextmanager
def ready(folder: Path) -> Iterator[dict[str, Any]]:
    (folder / "count.py").write_text(COUNT, encoding="utf-8")
    yield {"command": [sys.executable, "-I", "-S", str(folder / "count.py"), "{wav}"], "output": "json"}


@contextmanager
def shell(lines: str, folder: Path, **options: Any) -> Iterator[dict[str, Any]]:
    yield {"command": [program(folder, lines), "{wav}"], **options}


@contextmanager
def says(folder: Path, text: str) -> Iterator[dict[str, Any]]:
    (folder / "text").write_text(f"{text}\n", encoding="utf-8")
    with shell(f"cat '{folder}/text'", folder) as options:
        yield options


FAULTS = {
    "crashed": partial(shell, "echo no model >&2; exit 3"),
    "timeout": partial(shell, "sleep 60 & sleep 60", timeout_s=0.2),
    "bad_output": partial(shell, "printf 'h\\351'"),
}

# SPDX-License-Identifier: Apache-2.0
"""Any program as a recognizer: it is given the path of a WAV file and prints what it heard."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from stresstest.audio import Waveform
from stresstest.audio.files import write
from stresstest.errors import RecognizerError, allowed
from stresstest.recognizers._keys import refuse_keys
from stresstest.recognizers._said import transcript_of
from stresstest.recognizers.base import Failure, Recognizer, Transcript

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h: the signal that a process gets when its parent dies."""
OUTPUTS = ("text", "json")
TAIL = 300
"""Characters of the program's messages that a Failure repeats."""
PLACE = "{wav}"


@dataclass
class Command(Recognizer):
    """Runs `command` once a waveform; `{wav}` in it stands for a 16-bit mono WAV file at `rate`, in Hz.

    command: a list of arguments, or one text that is split as a shell would; no shell sees it. output: `text`, all
    that it prints on standard output, or `json`, an object there with `text` and, where known, `confidence`, `words`
    and `language`. timeout_s: after so long the program and what it started are killed, and the Failure says
    `timeout`; another exit status than 0 is `crashed`. version: what the revision should say beside the program's
    SHA-256 and the arguments, the model's version say. Raises RecognizerError.
    """

    command: str | Sequence[str]
    output: str = "text"
    rate: int = 16000
    timeout_s: float = 100.0
    version: str | None = None

    def __post_init__(self) -> None:
        given = shlex.split(self.command) if isinstance(self.command, str) else list(self.command)
        if not given or not all(isinstance(a, str) for a in given) or not any(PLACE in a for a in given[1:]):
            raise RecognizerError(
                f"recognizer.command takes a program and its arguments, {PLACE} where the path of the WAV file goes, "
                f"for example 'my-recognizer --audio {PLACE}'; got {self.command!r}."
            )
        refuse_keys({"command": given})
        if self.output not in OUTPUTS:
            raise RecognizerError(f"recognizer.output: got {self.output!r}; {allowed(self.output, OUTPUTS)}.")
        if isinstance(self.timeout_s, bool) or not isinstance(self.timeout_s, int | float) or not self.timeout_s > 0:
            raise RecognizerError(f"recognizer.timeout_s takes seconds above 0; got {self.timeout_s!r}.")
        self._arguments = given

    @property
    def rate_hz(self) -> int:
        """As `rate` says."""
        return self.rate

    @property
    def revision(self) -> str:
        """`command`, the arguments, the SHA-256 of the program's file, and the version."""
        digest = hashlib.sha256(self._program().read_bytes()).hexdigest()
        return f"command {shlex.join(self._arguments)} program={digest} version={self.version} output={self.output}"

    def _program(self) -> Path:
        found = shutil.which(self._arguments[0])
        if found is None:
            raise RecognizerError(
                f"recognizer.command: there is no program {self._arguments[0]!r} here that may be executed. Give its "
                "path, or install it."
            )
        return Path(found).resolve()

    def open(self) -> None:
        """See that the program is there. Raises RecognizerError."""
        self._program()

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One answer each, one after the other."""
        return [self._heard(wave) for wave in speech]

    def _heard(self, wave: Waveform) -> Transcript | Failure:
        with tempfile.TemporaryDirectory(prefix="stresstest-") as folder:
            path = Path(folder) / "speech.wav"
            write(path, wave)
            return self._run([argument.replace(PLACE, str(path)) for argument in self._arguments])

    def _run(self, arguments: list[str]) -> Transcript | Failure:
        pipe = subprocess.PIPE
        try:
            process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, start_new_session=True,
                preexec_fn=_die_along,
            )  # fmt: skip
        except OSError as error:
            return Failure("crashed", f"{arguments[0]} cannot be started: {error.strerror}")
        with process:  # which closes its pipes
            try:
                out, err = process.communicate(timeout=self.timeout_s)
            except subprocess.TimeoutExpired:
                return Failure("timeout", f"no answer within {self.timeout_s:g} s (recognizer.timeout_s)")
            finally:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)  # whatever it has left behind, too
        if process.returncode:
            return Failure("crashed", f"{_how(process.returncode)}: {err.decode(errors='replace').strip()[-TAIL:]}")
        return self._read(out)

    def _read(self, out: bytes) -> Transcript | Failure:
        try:
            text = out.decode("utf-8")
            return transcript_of(json.loads(text) if self.output == "json" else text)
        except ValueError as error:
            shown = out[:TAIL].decode(errors="replace")
            return Failure("bad_output", f"{self.output} in UTF-8 was expected on standard output ({error}): {shown}")


def _how(status: int) -> str:
    return f"ended by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def _die_along() -> None:
    """In the new process: end with the worker, which may be killed at any moment."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

# SPDX-License-Identifier: Apache-2.0
"""Every error a user can meet, as one tree.

    StresstestError                something the user can act on; ends a command with its `exit_status`
    ├── InputError                 the call, a config or an input is wrong (2)
    │   ├── ConfigError            a Hydra config or an override
    │   ├── ParameterError         one parameter of a perturbation; `key` names it
    │   ├── ProfileError           a profile file, with file and line
    │   ├── CorpusError            a manifest or a data set, with file, line, column and value
    │   ├── AudioError             samples or a file that cannot be used
    │   └── RunFolderError         a run folder that is busy, changed or incomplete
    ├── MissingExtraError          a library behind an extra is not installed; prints its install line (2)
    ├── RecognizerError            a recognizer cannot start or keeps dying (2)
    ├── SpendingError              a recognizer has spent what it may; the run goes on where it is given more (5)
    └── CellsFailedError           the run is finished, but some cells failed (5)

A message is a sentence that says what is wrong, where, what was given, what is allowed and what to do next.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class StresstestError(Exception):
    """Something the user can act on; a command prints it without a traceback."""

    exit_status = 2


class InputError(StresstestError):
    """The call, a config or an input is wrong."""


class ConfigError(InputError):
    """A Hydra config or an override is wrong."""


class ParameterError(InputError):
    """One parameter of a perturbation is wrong; `key` names it."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key

    def __reduce__(self) -> tuple[type[ParameterError], tuple[str, str]]:
        return type(self), (self.key, str(self))


class ProfileError(InputError):
    """A profile file is wrong."""


class CorpusError(InputError):
    """A manifest or a data set is wrong."""


class AudioError(InputError):
    """Samples or an audio file that cannot be used."""


class RunFolderError(InputError):
    """A run folder that is busy, belongs to another study or is incomplete."""


class MissingExtraError(StresstestError):
    """A library behind an extra is not installed."""

    def __init__(self, needed_for: str, library: str, extra: str) -> None:
        super().__init__(
            f"{needed_for} needs the library {library}, which is not installed. "
            f"Install it with: pip install 'stresstest[{extra}]'"
        )
        self.arguments = (needed_for, library, extra)

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str, str]]:
        return type(self), self.arguments


class RecognizerError(StresstestError):
    """A recognizer cannot start or keeps dying."""


class SpendingError(StresstestError):
    """A recognizer that costs money has spent what it may; what is answered is kept."""

    exit_status = 5


class CellsFailedError(StresstestError):
    """The run is finished and written, but some cells failed."""

    exit_status = 5


def allowed(given: object, names: Iterable[str]) -> str:
    """The tail of a refusal: the allowed names, and the nearest one to what was given.

    >>> allowed("nois", ["voice", "noise"])
    "allowed: noise, voice (did you mean 'noise'?)"
    """
    names = sorted(names)
    near = difflib.get_close_matches(str(given), names, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return f"allowed: {', '.join(names) or 'none'}{hint}"

# SPDX-License-Identifier: Apache-2.0
"""A plug-in folder is its own catalogue: one file, one plug-in, no list to extend."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

from stresstest.errors import InputError, allowed

SHARED = ("__init__", "base", "selection")
"""Files of a family's folder that hold what its plug-ins share."""


def catalogue(family: str) -> list[str]:
    """The plug-ins of a family (`perturbations`, `recognizers`, `corpora`, `sections`), sorted, without importing one.

    >>> "tone" in catalogue("perturbations")
    True
    """
    folder = Path(__file__).parent / family
    return sorted(f.stem for f in folder.glob("*.py") if f.stem not in SHARED and f.stem[0] != "_")


def load(family: str, name: str) -> type:
    """The class that the file `<family>/<name>.py` defines; its name is the file's in CamelCase.

    Raises InputError when the family has no such file.
    """
    if name not in catalogue(family):
        raise InputError(f"There is no {name!r} among the {family}; {allowed(name, catalogue(family))}.")
    module = importlib.import_module(f"stresstest.{family}.{name}")
    wanted = name.replace("_", "")
    for label, value in inspect.getmembers(module, inspect.isclass):
        if label.lower() == wanted and value.__module__ == module.__name__:
            return value
    raise TypeError(f"stresstest/{family}/{name}.py defines no class named {name} in CamelCase")

# SPDX-License-Identifier: Apache-2.0
"""From `package.module.Class` and options to the object: the only place where a config becomes code."""

from __future__ import annotations

import importlib
import inspect
from typing import Any, TypeVar

from stresstest.errors import ConfigError, allowed
from stresstest.study import Component, redacted

T = TypeVar("T")


def construct(component: Component, base: type[T]) -> T:
    """The object that a component describes, an instance of `base`.

    Raises ConfigError when the class is absent, is no `base`, or takes no such option.
    """
    cls = _class(component.target)
    if not issubclass(cls, base):
        raise ConfigError(
            f"{component.target} is no {base.__name__}; it must subclass {base.__module__}.{base.__name__}."
        )
    names = list(inspect.signature(cls).parameters)
    for key in component.options:
        if key not in names:
            raise ConfigError(f"{component.target} takes no option {key!r}; {allowed(key, names)}.")
    try:
        return cls(**component.options)
    except TypeError as error:
        raise ConfigError(f"{component.target} cannot be made from {redacted(component.options)}: {error}.") from error


def _class(target: str) -> type[Any]:
    module, _, name = target.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(f"_target_: {target} cannot be imported ({error}); give package.module.Class.") from error
    if not inspect.isclass(found):
        raise ConfigError(f"_target_: {target} is no class; give package.module.Class.")
    return found

# SPDX-License-Identifier: Apache-2.0
"""Libraries that come with an extra: their version, and the line that installs them."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass

from stresstest.errors import MissingExtraError


@dataclass(frozen=True, slots=True)
class Library:
    """A distribution, the extra of stresstest that brings it, and what needs it."""

    name: str
    extra: str
    needed_for: str

    @property
    def version(self) -> str:
        """As installed. Raises MissingExtraError."""
        try:
            return importlib.metadata.version(self.name)
        except importlib.metadata.PackageNotFoundError as error:
            raise self.missing from error

    @property
    def missing(self) -> MissingExtraError:
        """What to raise where it cannot be imported."""
        return MissingExtraError(self.needed_for, self.name, self.extra)

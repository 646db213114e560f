# SPDX-License-Identifier: Apache-2.0
"""One thing found in a recording, a text or between several of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """Where (the audio file, empty where it is about no single one; the utterance), what kind, and a sentence.

    refused: the utterance cannot be judged as it is; else it can, and a person should look at it.
    """

    file: str
    utterance: str
    kind: str
    message: str
    refused: bool = True

    @property
    def sentence(self) -> str:
        """One line for a reader."""
        return f"{self.file}, {self.utterance!r}: {self.kind}: {self.message}" if self.file else self.message

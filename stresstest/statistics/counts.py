# SPDX-License-Identifier: Apache-2.0
"""The four counts of an alignment as a value that can be added; rates are divided last and never averaged."""

from __future__ import annotations

from dataclasses import dataclass, fields

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class ErrorCounts:
    """Words recognized, substituted, deleted and inserted. `sum(counts, ErrorCounts.zero())` pools them.

    >>> (ErrorCounts(8, 1, 1, 0) + ErrorCounts(5, 0, 0, 2)).errors
    4
    """

    hits: int
    substitutions: int
    deletions: int
    insertions: int

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value != int(value) or value < 0:
                raise ValueError(f"The {field.name} of an alignment must be a whole number from 0 up; got {value!r}.")
            object.__setattr__(self, field.name, int(value))

    @classmethod
    def zero(cls) -> ErrorCounts:
        """No words at all, the neutral element of +."""
        return cls(0, 0, 0, 0)

    def __add__(self, other: ErrorCounts) -> ErrorCounts:
        return ErrorCounts(
            self.hits + other.hits,
            self.substitutions + other.substitutions,
            self.deletions + other.deletions,
            self.insertions + other.insertions,
        )

    @property
    def words(self) -> int:
        """Words of the reference."""
        return self.hits + self.substitutions + self.deletions

    @property
    def errors(self) -> int:
        """Substitutions, deletions and insertions; may exceed the words."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def wer(self) -> float:
        """Word error rate as a fraction; NaN at no words."""
        return _ratio(self.errors, self.words)

    @property
    def precision(self) -> float:
        """Hits among the words of the hypothesis; NaN where it has none."""
        return _ratio(self.hits, self.hits + self.substitutions + self.insertions)

    @property
    def recall(self) -> float:
        """Hits among the words of the reference; NaN where it has none."""
        return _ratio(self.hits, self.words)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 2H / (2H + 2S + D + I); NaN where neither side has words."""
        return _ratio(2 * self.hits, 2 * self.hits + 2 * self.substitutions + self.deletions + self.insertions)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else NAN

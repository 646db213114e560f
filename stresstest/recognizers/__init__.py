# SPDX-License-Identifier: Apache-2.0
"""Speech recognizers; one file a back end."""

from stresstest.recognizers.base import (
    FAILURE_KINDS,
    Cell,
    Failure,
    Recognizer,
    Spent,
    ToldRecognizer,
    Transcript,
    Word,
)

__all__ = ["FAILURE_KINDS", "Cell", "Failure", "Recognizer", "Spent", "ToldRecognizer", "Transcript", "Word"]

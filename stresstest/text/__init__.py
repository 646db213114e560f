# SPDX-License-Identifier: Apache-2.0
"""From transcripts to counts: versioned normalizers and word alignment."""

from stresstest.text.alignment import count_edits, count_edits_batch
from stresstest.text.normalizers import NORMALIZERS, Normalizer, normalizer

__all__ = ["NORMALIZERS", "Normalizer", "count_edits", "count_edits_batch", "normalizer"]

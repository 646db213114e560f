# SPDX-License-Identifier: Apache-2.0
"""Which utterances of a corpus a study uses, and what they add up to."""

from stresstest.corpora.selection.choice import select
from stresstest.corpora.selection.identity import fingerprint
from stresstest.corpora.selection.prompts import with_prompts
from stresstest.corpora.selection.told import told
from stresstest.corpora.selection.totals import describe, recording_limits

__all__ = ["describe", "fingerprint", "recording_limits", "select", "told", "with_prompts"]

# SPDX-License-Identifier: Apache-2.0
"""Accent-stratified speech with transcripts; one file a data set."""

from stresstest.corpora.base import Corpus, Selection, Utterance

__all__ = ["Corpus", "Selection", "Utterance"]

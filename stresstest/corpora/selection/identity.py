# SPDX-License-Identifier: Apache-2.0
"""Two selections are the same where texts, labels and the bytes of the audio are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError


def fingerprint(utterances: Iterable[Utterance]) -> str:
    """SHA-256, in hexadecimal, over id, text, speaker, accent and segment of each utterance and the bytes of its file.

    The order of the utterances and the place of the files do not matter. Raises CorpusError for a file that is gone.
    """
    hashes: dict[Path, str] = {}
    records = []
    for u in utterances:
        if u.audio not in hashes:
            hashes[u.audio] = _file_hash(u)
        records.append(json.dumps([u.id, u.text, u.speaker, u.accent, u.start, u.end, hashes[u.audio]]))
    return hashlib.sha256("\n".join(sorted(records)).encode()).hexdigest()


def _file_hash(utterance: Utterance) -> str:
    try:
        return hashlib.sha256(utterance.audio.read_bytes()).hexdigest()
    except OSError as error:
        raise CorpusError(f"{utterance.audio}: the audio of {utterance.id!r} cannot be read ({error}).") from error

# SPDX-License-Identifier: Apache-2.0
"""The audit of a whole corpus, and the checksums of its files."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from stresstest.corpora.audit.remark import Remark
from stresstest.corpora.audit.said import text_remarks
from stresstest.corpora.audit.sound import sound_remarks
from stresstest.corpora.audit.twins import twin_remarks
from stresstest.corpora.base import Utterance


def checksums(files: Iterable[Path]) -> dict[Path, str]:
    """SHA-256 of the bytes of each file, in hexadecimal; files that cannot be read are left out."""
    found = {}
    for path in sorted(set(files)):
        with contextlib.suppress(OSError), path.open("rb") as file:
            found[path] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def audit(utterances: Sequence[Utterance], recorded: Mapping[str, str] | None = None) -> list[Remark]:
    """All remarks on utterances, by file and id; every file is read.

    recorded: id → SHA-256 that the utterance's file had when it was imported. Equal input gives equal remarks,
    whatever its order.
    """
    utterances = sorted(utterances, key=lambda u: (u.id, str(u.audio)))
    hashes = checksums(u.audio for u in utterances)
    found = {*_changed(utterances, hashes, recorded or {}), *twin_remarks(utterances, hashes)}
    for u in utterances:
        found.update(text_remarks(u))
        found.update(sound_remarks(u))
    return sorted(found)


def _changed(
    utterances: Sequence[Utterance], hashes: Mapping[Path, str], recorded: Mapping[str, str]
) -> Iterator[Remark]:
    for u in utterances:
        wanted = recorded.get(u.id)
        if wanted and hashes.get(u.audio, wanted) != wanted:
            says = f"the file is not the one that was imported: SHA-256 {hashes[u.audio][:12]}…, not {wanted[:12]}…."
            yield Remark(str(u.audio), u.id, "changed", says)

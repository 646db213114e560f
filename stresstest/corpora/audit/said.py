# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a text as a reference: no words, or marks that nobody says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stresstest.corpora.audit.remark import Remark
from stresstest.corpora.base import Utterance
from stresstest.text.normalizers import normalizer

MARKUP = re.compile(r"\[[^\]]*\]|<[^>]*>|\{[^}]*\}|\(\([^)]*\)\)|&[a-z]+;|&#\d+;")
"""[noise], <unk>, {laugh}, ((unclear)), &amp; and the like."""

REPLACED = "\ufffd"
"""What stands where bytes were no character."""


def text_remarks(utterance: Utterance) -> Iterator[Remark]:
    """Remarks on one text."""
    words = normalizer("basic")
    marks = MARKUP.findall(utterance.text)
    name, text = str(utterance.audio), utterance.text
    if not words(MARKUP.sub(" ", text)):
        yield Remark(name, utterance.id, "no words", f"the text {text!r} holds nothing that is said. Leave it out.")
    elif marks:
        shown = ", ".join(dict.fromkeys(marks))
        says = f"the text holds {shown}, which counts as words that nobody recognizes. Take it out, or leave it out."
        yield Remark(name, utterance.id, "markup", says, refused=False)
    if REPLACED in text:
        says = f"the text {text!r} has a replacement character: it was read in the wrong encoding. Write it again."
        yield Remark(name, utterance.id, "encoding", says)

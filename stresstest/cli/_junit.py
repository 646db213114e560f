# SPDX-License-Identifier: Apache-2.0
"""Outcomes as JUnit XML, which CI systems show: a failure is a broken claim, an error one that the data cannot judge.

The elements and attributes are those of Ant's JUnit report that every reader knows. Nothing is measured in time, and
there is no time stamp: equal outcomes give equal bytes.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

PASS, FAIL, UNKNOWN = "pass", "fail", "not enough data"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, section 2.2."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of a report: what was asked of whom, how it came out, and why."""

    name: str
    recognizer: str
    outcome: str
    reason: str


def junit(suite: str, outcomes: Sequence[Outcome]) -> str:
    """The XML document."""
    counts = {
        "tests": str(len(outcomes)),
        "failures": str(sum(o.outcome == FAIL for o in outcomes)),
        "errors": str(sum(o.outcome == UNKNOWN for o in outcomes)),
    }
    root = ET.Element("testsuites", counts)
    within = ET.SubElement(root, "testsuite", {"name": _text(suite), **counts, "skipped": "0", "time": "0"})
    for found in outcomes:
        names = {"classname": _text(found.recognizer), "name": _text(found.name), "time": "0"}
        case = ET.SubElement(within, "testcase", names)
        if found.outcome != PASS:
            tag = "failure" if found.outcome == FAIL else "error"
            told = {"type": found.outcome, "message": _text(found.reason)}
            ET.SubElement(case, tag, told).text = _text(found.reason)
        else:
            ET.SubElement(case, "system-out").text = _text(found.reason)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)

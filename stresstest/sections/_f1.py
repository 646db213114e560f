# SPDX-License-Identifier: Apache-2.0
"""F1 on clean speech in one sentence, for the headline and for the section that explains it."""

from __future__ import annotations

from stresstest.sections._cells import View
from stresstest.sections._words import count, percent


def f1_sentence(view: View) -> str:
    """What a service card says of clean speech, with the bound that it usually lacks; empty without clean speech."""
    smallest = (view.clean or {}).get("f1_min")
    if not smallest:
        return ""
    low, groups, bounded = smallest.get("low"), len(view.groups), len(smallest.get("bounded") or [])
    held = f"; with 95 % confidence it is {percent(low)} or higher" if low is not None else ""
    whom = "" if low is None or bounded == groups else f" for {count(bounded, view.noun)} of {groups}"
    said = f"F1 word recognition on clean speech was {percent(smallest['f1'])} or higher for every {view.noun}"
    return f"{said}{held}{whom}."

# SPDX-License-Identifier: Apache-2.0
"""The text of a profile's page, made from its YAML file alone; what was measured is its last section."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from stresstest.cli.profile.check import row_of
from stresstest.cli.profile.compare import as_text, parameters_of
from stresstest.profiles import STAGES, Profile

if TYPE_CHECKING:
    from stresstest.claims import Claim

MEASURED = "\n## Measured\n"
"""Where the part begins that only rendering can tell."""

PROVENANCE = {
    "standard": "standard: the numbers are those of a norm or of a document named below",
    "measured": "measured: the numbers are from a published measurement",
    "archetype": "archetype: chosen as typical, not measured",
}
PICTURE = {
    "noise": "Above, the spectrum in third octaves at an RMS of -26 dBov while it sounds; below, eight seconds of it.",
    "room": "Above, the energy that is still to come after each moment; below, the impulse response.",
    "voice": "Above, F0 of an order before and after, as the profile lists it; below, its spectrogram.",
    "device": (
        "Above, level out over level in for white noise, with the points that the profile gives as rings; below, an "
        "order after it."
    ),
    "channel": "Above, level out over level in for white noise; below, an order after it.",
}
INTRODUCTION = """# Profiles

Each acoustic profile by the stage of the signal path where it acts: voice → room → noise → device → channel. A name
leads to its page: what it does, where its numbers are from, a picture, its parameters, a command to hear it, and what
was measured of it. Pages are made from the profiles' YAML files; change those, not the pages.

*Provenance* says what kind of claim a profile is. *standard*: its numbers are those of a norm or a document.
*measured*: they are from a published measurement. *archetype*: they were chosen as typical. What mixes them says so in
its source.
"""


def page(profile: Profile, folder: Path) -> str:
    """The page in Markdown for a file in `folder`/<stage>, without its last section."""
    name = f"{profile.stage}/{profile.name}"
    origin = Path(os.path.relpath(profile.origin or "", (folder / profile.stage).resolve())).as_posix()
    severities = ", ".join(s for s in profile.severities if s)
    facts = {
        "provenance": PROVENANCE[profile.provenance],
        "source": profile.source,
        "license": profile.license,
        **({"severities, mildest first": severities} if severities else {}),
        **({"read against": f"[{profile.control}]({profile.control}.md)"} if profile.control else {}),
        "file": f"[{profile.name}.yaml]({origin})",
        "digest of its sound": f"`{profile.digest[:16]}`",
    }
    parts = [
        f"# {name}\n\n{profile.summary}",
        table(("", ""), facts.items()),
        f"![{profile.summary}]({profile.name}.png)\n\n*{PICTURE[profile.stage]}*",
        "## Parameters\n\n" + _parameters(profile),
        f"## Hear it\n\n```sh\n{listen_command(profile)}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def listen_command(profile: Profile) -> str:
    """A command that writes what the strongest severity does to an order."""
    strongest = list(profile.severities)[-1]
    reference = f"{profile.name}@{strongest}" if strongest else profile.name
    snr = " snr_db=5" if profile.stage == "noise" else ""
    return f"stresstest profile listen {profile.stage}={reference}{snr} --out {profile.name}.wav"


def _parameters(profile: Profile) -> str:
    by_severity = {s: parameters_of(profile, s) for s in profile.severities}
    keys = dict.fromkeys(key for parameters in by_severity.values() for key in parameters)
    rows = []
    for key in keys:
        values = [as_text(parameters.get(key)) for parameters in by_severity.values()]
        rows.append((f"`{key}`", *values))
    return table(("key", *(s or "value" for s in by_severity)), rows)


def measured(claims: Mapping[str, Sequence[Claim]]) -> str:
    """The last section: for each severity and each group of keys how many claims hold, and the one farthest off."""
    rows = [row for severity, found in claims.items() for row in _groups(severity, found)]
    head = ("severity", "keys", "claims", "the one nearest to its tolerance", "claimed", "measured", "tolerance")
    cut = 0 if any(claims) and list(claims) != [""] else 1
    return MEASURED + "\n" + table(head[cut:], [row[cut:] for row in rows]) + "\n"


def all_hold(section: str) -> bool:
    """Whether what `measured` wrote says that every claim holds."""
    counts = re.findall(r"\| (\d+) of (\d+) hold \|", section)
    return bool(counts) and all(held == found for held, found in counts)


def _groups(severity: str, claims: Sequence[Claim]) -> Iterator[tuple[str, ...]]:
    for keys, group in groupby(sorted(claims, key=lambda c: c.keys), key=lambda c: c.keys):
        found = list(group)
        worst = max(found, key=lambda c: abs(c.measured - c.claimed) / max(c.tolerance, 1e-12))
        _, what, claimed, got, tolerance, _ = row_of(worst)
        held = sum(claim.held for claim in found)
        count = f"{held} of {len(found)} hold"
        yield severity, ", ".join(f"`{k}`" for k in keys), count, what, claimed, got, tolerance


def index(profiles: Iterable[Profile]) -> str:
    """The table of all pages."""
    by_stage: dict[str, list[Profile]] = {stage: [] for stage in STAGES}
    for profile in profiles:
        by_stage[profile.stage].append(profile)
    parts = [INTRODUCTION]
    for stage, found in by_stage.items():
        rows = [
            (f"[{p.name}]({stage}/{p.name}.md)", ", ".join(s for s in p.severities if s), p.provenance, p.summary)
            for p in found
        ]
        if rows:
            parts.append(f"## {stage}: {len(rows)}\n\n{table(('name', 'severities', 'provenance', 'summary'), rows)}\n")
    return "\n".join(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(c).replace("|", "\\|") for c in line) + " |" for line in lines)

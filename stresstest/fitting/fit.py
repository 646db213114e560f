# SPDX-License-Identifier: Apache-2.0
"""From a recording to a profile and back to sound, with what was found on the way."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from stresstest.audio import Waveform
from stresstest.audio.levels import a_weighting_db
from stresstest.conditions import CLEAN, Condition, ConditionGrid
from stresstest.engine.render import SignalPath
from stresstest.errors import ProfileError
from stresstest.fitting.bands import Bands
from stresstest.fitting.layers import layers_of
from stresstest.fitting.lines import Line, find_lines
from stresstest.fitting.measures import Goodness, Measures, goodness, mean_of, measure
from stresstest.fitting.noise import Noise, find_noise
from stresstest.fitting.recording import Recording
from stresstest.fitting.series import Series, series_of
from stresstest.fitting.slow import Slow, slow_modulation
from stresstest.profiles import Profile
from stresstest.profiles.reading import read_profile
from stresstest.study import Component, RenderOptions, Study

MADE, MADE_S = 3, 30.0
"""How often and how long, at least, the profile is made again for the comparison, which draws a slow level anew."""
SEED, SPECIMEN = 1, "specimen"
_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Labels:
    """What a person says of a profile. level_dba: the level measured in the place, None where it was not."""

    name: str
    source: str = ""
    license: str = "Not stated."
    level_dba: float | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ProfileError(
                f"The name of a profile has lower-case letters, digits and underscores, such as radiology_b2; got "
                f"{self.name!r}."
            )
        if self.level_dba is not None and not 0 <= self.level_dba <= 140:
            raise ProfileError(f"level_dba takes a number from 0 to 140 dB(A); got {self.level_dba!r}.")


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What was found in a recording, the profile's YAML text, and how its sound compares.

    No part of it holds a sample of the recording. shares: of the A-weighted power, by what makes it.
    """

    labels: Labels
    text: str
    lines: tuple[Line, ...]
    series: tuple[Series, ...]
    noise: Noise
    slow: Slow
    recorded: Measures
    made: Measures
    goodness: Goodness
    shares: dict[str, float]


def fit(recording: Recording, labels: Labels) -> Fit:
    """The profile of a recording. Raises ProfileError where what is found makes no valid profile."""
    bands = Bands(recording.wave)
    lines = find_lines(bands, recording.clean)
    noise = find_noise(bands, recording.clean, lines)
    series, slow = series_of(lines), slow_modulation(noise)
    shares = _shares(bands, noise, lines)
    shift_db = _shift_db(bands, recording, labels)
    layers = layers_of(bands.centers_hz, noise, series, shift_db)
    text = _text(labels, recording, slow, layers)
    recorded = measure(bands, recording.clean)
    seconds = min(4 * MADE_S, max(MADE_S, 10 * slow.seconds if slow.db else 0.0))
    made = mean_of([_measured(text, labels.name, recording.wave.rate_hz, seconds, rep) for rep in range(MADE)])
    return Fit(labels, text, tuple(lines), tuple(series), noise, slow, recorded, made, goodness(recorded, made), shares)


def _measured(text: str, name: str, rate_hz: int, seconds: float, rep: int) -> Measures:
    bands = Bands(resynthesis(text, name, rate_hz, seconds, rep))
    return measure(bands, np.ones(bands.steps, bool))


def resynthesis(text: str, name: str, rate_hz: int, seconds: float, rep: int = 0) -> Waveform:
    """`seconds` of a noise profile, given as YAML text, by the engine itself."""
    profile = replace(profile_of(text, name), name=SPECIMEN)  # chance hangs on the name; a verdict should not
    study = Study(
        name="fit", question="", seed=SEED, corpus=Component(""), recognizers={"none": Component("")},
        grid=ConditionGrid((CLEAN, Condition(noise=SPECIMEN, snr_db=0))), profiles={f"noise/{SPECIMEN}": profile},
        render=RenderOptions(rate_hz=rate_hz),
    )  # fmt: skip
    samples, level = SignalPath(study).noise(SPECIMEN, round(seconds * rate_hz), "fit", rep)
    return Waveform((samples * 10 ** ((-26 - level) / 20)).astype(np.float32), rate_hz)


def profile_of(text: str, name: str) -> Profile:
    """The profile in a YAML text, checked like any file. Raises ProfileError."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "noise" / f"{name}.yaml"
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
        return read_profile(file)


def _shift_db(bands: Bands, recording: Recording, labels: Labels) -> float:
    """What turns dBov into the levels of the profile: dB SPL where the level is known, else the whole is 0 dB."""
    power = bands.third_octaves()[:, recording.clean].mean(axis=1)
    if labels.level_dba is None:
        return float(-10 * np.log10(power.sum()))
    weighted = power * 10 ** (a_weighting_db(bands.centers_hz) / 10)
    return float(labels.level_dba - 10 * np.log10(weighted.sum()))


def _shares(bands: Bands, noise: Noise, lines: list[Line]) -> dict[str, float]:
    """The A-weighted long-term power of each part, as a share of their sum."""
    weights = 10 ** (a_weighting_db(bands.centers_hz) / 10)
    tones = sum(10 ** ((line.level_dbov + float(a_weighting_db(line.hz))) / 10) * line.duty for line in lines)
    parts = {
        "steady noise": float((noise.base * weights).sum()),
        "tonal lines": float(tones),
        "bursts in a cycle": float(sum((b.power * weights).sum() for b in noise.bursts)),
        "events at random": float(sum((h.power * weights).sum() for h in noise.happenings)),
    }
    whole = sum(parts.values())
    return {part: power / whole for part, power in parts.items()}


def _text(labels: Labels, recording: Recording, slow: Slow, layers: list[dict[str, Any]]) -> str:
    used = min(recording.seconds, recording.wave.seconds)
    said = f"{labels.source.strip().rstrip('.')}. " if labels.source.strip() else ""
    counts = {kind: sum(layer["kind"] == kind for layer in layers) for kind in dict.fromkeys(x["kind"] for x in layers)}
    document: dict[str, Any] = {
        "name": labels.name, "stage": "noise",
        "summary": f"A room fitted from {used:.0f} s of a recording: {_counted(counts)}.",
        "provenance": "measured",
        "source": (
            f"{said}Fitted to one recording of the place; {100 * recording.speech:.0f} % of it, where somebody speaks, "
            "was left out. No sample of the recording is kept. Levels are "
            + ("dB SPL by the measured level." if labels.level_dba is not None else "relative to the whole.")
        ),
        "license": labels.license,
    }  # fmt: skip
    if labels.level_dba is not None:
        document["level_dba"] = labels.level_dba
    if slow.db:
        document |= {"fluctuation_db": round(slow.db, 2), "fluctuation_s": round(slow.seconds, 1)}
    document["layers"] = layers
    return str(yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110))


def _counted(counts: dict[str, int]) -> str:
    words = {
        "shaped": "steady noise", "modulated_noise": "noise in a cycle", "pulsed_noise": "bursts in a cycle",
        "events": "events at random", "tone": "tones", "alarm": "alarms",
    }  # fmt: skip
    return ", ".join(words[kind] if kind == "shaped" else f"{words[kind]} ({n})" for kind, n in counts.items())


class _Plain(yaml.SafeDumper):
    """Mappings in lines, lists of numbers in rows, no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _row(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    flow = not any(isinstance(item, dict) for item in data)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flow)


def _number(dumper: yaml.SafeDumper, data: np.floating[Any]) -> yaml.Node:
    return dumper.represent_float(float(data))


_Plain.add_representer(list, _row)
_Plain.add_multi_representer(np.floating, _number)

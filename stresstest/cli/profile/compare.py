# SPDX-License-Identifier: Apache-2.0
"""Compare two profiles of one stage."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stresstest.cli.profile._traces import Curve, Specimen
    from stresstest.profiles import Profile

SAYS = "two profiles of one stage side by side: parameters that differ, what both measure, and a PNG of both"
EXAMPLE = "profile compare device/irs_handset device/cheap_headset --out both.png"


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    for name in ("first", "second"):
        parser.add_argument(
            name, metavar="STAGE/NAME", help="the strongest severity, or the one given as STAGE/NAME@SEVERITY"
        )
    parser.add_argument("--out", type=Path, metavar="FILE", help="a PNG with the curves of both")


def execute(args: argparse.Namespace) -> int:
    """Print the differences, and draw both where asked to."""
    from stresstest.cli.profile._library import library_of, named
    from stresstest.cli.profile._traces import Specimen
    from stresstest.errors import ConfigError

    library = library_of(args)
    pairs = [named(library, reference) for reference in (args.first, args.second)]
    stages = [profile.stage for profile, _ in pairs]
    if stages[0] != stages[1]:
        raise ConfigError(f"Profiles of one stage can be compared; got {args.first} and {args.second}.")
    specimens = [Specimen(p, list(p.severities)[-1] if s is None else s) for p, s in pairs]
    for specimen in specimens:
        specimen.apart = any(s.apart for s in specimens)
    _print("parameters that differ", args, _differences(specimens))
    _print("measured", args, _measurements(specimens))
    if args.out is not None:
        _draw(specimens, args)
        print(f"wrote {args.out}")
    return 0


def parameters_of(profile: Profile, severity: str) -> dict[str, Any]:
    """What determines the sound at one severity, by name: `kind.key` of each layer, and the keys of the profile."""
    found: dict[str, Any] = {}
    layers = profile.severities[severity]
    for place, layer in enumerate(layers, 1):
        prefix = f"{place} {layer.kind}." if len(layers) > 1 else f"{layer.kind}."
        own: dict[str, Any] = {"path": layer.path} if layer.path != "mixture" else {}
        own |= {"level_db": layer.level_db} if profile.stage == "noise" and len(layers) > 1 else {}
        found.update({prefix + key: value for key, value in {**own, **layer.parameters}.items()})
    return found | _whole(profile)


def _whole(profile: Profile) -> dict[str, Any]:
    """The numbers of the whole profile that its stage has."""
    keys = {
        "noise": ("snr_reference", "fluctuation_db", "fluctuation_s", "level_dba"),
        "device": ("full_scale_spl_db",),
    }.get(profile.stage, ())
    given = {key: getattr(profile, key) for key in keys} | {"control": profile.control}
    given |= {f"claims.{key}": value for key, value in profile.claims.items()}
    silent = {"snr_reference": "on", "fluctuation_db": 0.0}
    if not given.get("fluctuation_db"):
        given.pop("fluctuation_s", None)
    return {k: v for k, v in given.items() if v is not None and silent.get(k) != v}


def _differences(specimens: list[Specimen]) -> Iterator[tuple[str, str, str]]:
    first, second = (parameters_of(s.profile, s.strongest) for s in specimens)
    for key in {**first, **second}:
        if first.get(key) != second.get(key):
            yield key, as_text(first.get(key)), as_text(second.get(key))


def as_text(value: Any) -> str:
    """A value of a profile for a reader; a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_text(v) for v in value) + "]"
    if isinstance(value, dict):
        return ", ".join(f"{k}: {as_text(v)}" for k, v in value.items())
    return value.name if isinstance(value, Path) else f"{value:g}" if isinstance(value, float) else str(value)


def _measurements(specimens: list[Specimen]) -> Iterator[tuple[str, str, str]]:
    """What both measure, in the words of the stage."""
    first, second = (dict(_measured(s)) for s in specimens)
    yield from ((key, first.get(key, "–"), second.get(key, "–")) for key in {**first, **second})


def _measured(specimen: Specimen) -> Iterator[tuple[str, str]]:
    import numpy as np

    stage = specimen.profile.stage
    for curve in specimen.curves():
        if stage == "room":
            yield from _decay(curve)
        elif stage == "voice":
            when = "before" if curve.label == "before" else "after"
            yield f"median F0 {when} (Hz)", _one(np.nanmedian(curve.y))
        else:
            signal = next((f" of {s}" for s in ("speech", "noise") if curve.label.endswith(s)), "")
            for hz in (63, 125, 250, 500, 1000, 2000, 4000):
                yield f"level{signal} at {hz} Hz (dB)", _one(np.interp(np.log(hz), np.log(curve.x), curve.y))
    if stage == "noise":
        yield from _levels(specimen)
    else:
        before, after = specimen.spoken(), specimen.spoken(specimen.strongest)
        yield "an order lasts (s)", f"{before.seconds:.2f} → {after.seconds:.2f}"
        if before.samples.size == after.samples.size:
            change = np.square(after.samples - before.samples).sum() / np.square(before.samples).sum()
            yield "what is added to an order, re the order (dB)", _one(10 * np.log10(max(change, 1e-20)))


def _decay(curve: Curve) -> Iterator[tuple[str, str]]:
    import numpy as np

    inside = (curve.y <= -5) & (curve.y >= -35)
    yield "RT60, from -5 to -35 dB (s)", f"{-60 / np.polyfit(curve.x[inside], curve.y[inside], 1)[0]:.2f}"
    yield "energy after 50 ms (dB)", _one(np.interp(0.05, curve.x, curve.y))


def _levels(specimen: Specimen) -> Iterator[tuple[str, str]]:
    import numpy as np

    from stresstest.audio.levels import a_weighted, rms_dbov

    wave = specimen.noise(specimen.strongest)
    yield (
        "level A-weighted re unweighted (dB)",
        _one(rms_dbov(a_weighted(wave.samples, wave.rate_hz)) - rms_dbov(wave.samples)),
    )
    eighth = wave.rate_hz // 8
    powers = (
        np.square(wave.samples[: wave.samples.size // eighth * eighth].astype(float)).reshape(-1, eighth).mean(axis=1)
    )
    low, high = np.quantile(10 * np.log10(np.maximum(powers, 1e-12)), (0.1, 0.9))
    yield "L10 - L90 of eighths of a second (dB)", _one(high - low)


def _one(number: float) -> str:
    """One decimal, never -0.0."""
    return f"{round(float(number), 1) + 0:.1f}"


def _print(title: str, args: argparse.Namespace, rows: Iterator[tuple[str, str, str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title, args.first, args.second)
    for row in rows:
        table.add_row(*row)
    Console(width=None if Console().is_terminal else 160).print(table)


def _draw(specimens: list[Specimen], args: argparse.Namespace) -> None:
    from dataclasses import replace

    from matplotlib.figure import Figure

    from stresstest.cli.profile._pictures import draw_curves, save

    figure = Figure(figsize=(9, 4.5), layout="constrained")
    curves = [
        replace(
            curve,
            label=f"{specimen.profile.name} {curve.label}" if curve.label != specimen.profile.name else curve.label,
        )
        for specimen in specimens
        for curve in specimen.curves()
    ]
    draw_curves(figure.subplots(), curves, specimens[0].profile.stage)
    figure.suptitle(f"{args.first} and {args.second}", fontsize=10)
    save(figure, args.out)

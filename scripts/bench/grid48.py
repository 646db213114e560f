# SPDX-License-Identifier: Apache-2.0
"""48 conditions together against 48 chains of the same routines; a third of the time or less is wanted.

Usage: python scripts/bench/grid48.py [--utterances N] [--seconds S]

2 voices × 2 rooms × 3 noises × 4 SNRs through one device, of synthetic speech. Both ways give the same bytes, which is
checked. They take turns by utterance; processor time of this process. What is made once a study (rooms, designed
filters) is made beforehand for both.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from _bench import table

from stresstest.audio import Waveform
from stresstest.conditions import CLEAN, Condition, ConditionGrid, split_reference
from stresstest.engine.render import Rendered, SignalPath, UtterancePath
from stresstest.profiles.library import Library
from stresstest.seeds import rng_for
from stresstest.study import Component, RenderOptions, Study

RATE_HZ = 16000
VOICES = ("pitch_up_fast", "pitch_down_slow")
ROOMS = ("patient_room", "corridor")
NOISES = ("hvac_nc35", "infusion_alarm", "speech_shaped")
SNRS_DB = (20.0, 10.0, 5.0, 0.0)
DEVICE = "irs_handset"
WANTED = 1 / 3

T = TypeVar("T")


def grid() -> list[Condition]:
    """The 48 conditions."""
    axes = itertools.product(VOICES, ROOMS, NOISES, SNRS_DB)
    return [Condition(voice=v, room=r, noise=n, snr_db=snr, device=DEVICE) for v, r, n, snr in axes]


def study(conditions: list[Condition]) -> Study:
    """A study of these conditions over a corpus and a recognizer that are never asked for."""
    library = Library.shipped()
    used = {(s, split_reference(str(v))[0]) for c in conditions for s, v in c.path if s != "snr_db"}
    return Study(
        name="bench",
        question="How long does rendering take?",
        seed=1,
        corpus=Component("none.None", {}),
        recognizers={"none": Component("none.None", {})},
        grid=ConditionGrid((CLEAN, *conditions)),
        profiles={f"{s}/{n}": library.get(s, n) for s, n in used},
        render=RenderOptions(rate_hz=RATE_HZ),
    )


def speech(seconds: float, seed: int) -> Waveform:
    """Noise in syllables with pauses: what the signal path costs does not depend on what is said."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    swell = np.clip(np.sin(2 * np.pi * 3 * t), 0, None)
    return Waveform((0.1 * swell * rng_for(seed, "bench").standard_normal(t.size)).astype(np.float32), RATE_HZ)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What `work` gives and the processor time it takes."""
    start = time.process_time()
    made = work()
    return made, time.process_time() - start


def main() -> None:
    """Render some utterances both ways and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--utterances", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=3.0)
    args = parser.parse_args()
    conditions = grid()
    path = SignalPath(study(conditions))

    def of(number: int) -> UtterancePath:
        return UtterancePath(path, speech(args.seconds, number), f"u{number}", 0)

    def together(number: int) -> list[Rendered]:
        one = of(number)
        return [one.render(c, RATE_HZ) for c in conditions]

    together(0)  # makes what is made once a study
    shared = alone = audio = 0.0
    for number in range(1, args.utterances + 1):
        rendered, seconds = timed(lambda n=number: together(n))
        shared += seconds
        for expected, c in zip(rendered, conditions, strict=True):
            single, seconds = timed(lambda n=number, c=c: of(n).render(c, RATE_HZ))
            alone += seconds
            audio += single.wave.seconds
            if single.wave.pcm16_sha256() != expected.wave.pcm16_sha256():
                raise SystemExit(f"{number}, {c.label}: shared prefixes change the audio.")
    cells = args.utterances * len(conditions)
    rows = [
        ("conditions", f"{len(conditions)}: {len(VOICES)} voices × {len(ROOMS)} rooms × {len(NOISES)} noises × "
         f"{len(SNRS_DB)} SNRs, one device; {args.utterances} utterances, {audio / cells:.2f} s of audio a cell"),
        ("together", f"{1000 * shared / cells:.2f} ms a cell, {audio / shared:.0f} times real time"),
        ("48 chains", f"{1000 * alone / cells:.2f} ms a cell, {audio / alone:.0f} times real time"),
        ("RATIO, together ÷ chains", f"{shared / alone:.3f} (wanted: {WANTED:.3f} or less)"),
    ]  # fmt: skip
    table("a grid of 48 conditions", rows, "soxr", "python-stretch")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""The real-time factor of every kind at 16 kHz on one core, beside the nearest transform of audiomentations.

Usage: python scripts/bench/kinds.py [--seconds S] [--rounds N] [KIND…]

Every kind is taken from the shipped profiles, at each severity that differs in kind or keys; a kind that reads a file
gets one. Noise is generated, leveled and mixed, a room's response convolved, as the peers do in one call. The two take
turns, in processor time of this process, and the least disturbed round of each counts. What the first call makes once a
study (designed filters, a room's response) is left out, and so is what the peer makes in its constructor.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from _bench import table
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.levels import rms_dbov
from stresstest.audio.spectra import convolved
from stresstest.conditions import layers_of
from stresstest.errors import MissingExtraError
from stresstest.perturbations import Effect, Perturbation, Room, Source
from stresstest.plugins import catalogue, load
from stresstest.profiles import STAGES
from stresstest.profiles.library import Library
from stresstest.seeds import rng_for

RATE_HZ = 16000
NOT_SLOWER = {
    "noise": ("shaped", "recording", "self_noise"),
    "filters": ("response", "band_limit", "biquad"),
    "impulse responses": ("impulse_response", "exponential_room", "image_room"),
    "µ-law": ("g711",),
}
"""The families in which being slower than the peer is a fault."""

Samples = NDArray[np.float32]
Work = Callable[[], object]


def speech(seconds: float, seed: int = 1) -> Waveform:
    """Noise in syllables with pauses, about -26 dBov."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    swell = np.clip(np.sin(2 * np.pi * 3 * t), 0, None)
    return Waveform((0.1 * swell * rng_for(seed, "bench").standard_normal(t.size)).astype(np.float32), RATE_HZ)


def mulaw(wave: Waveform) -> Work:
    """What people write for a telephone line: torchaudio's resampler and µ-law, for audiomentations has none."""
    import torch
    from torchaudio import functional

    def line() -> object:
        narrow = functional.resample(torch.from_numpy(wave.samples.copy()), RATE_HZ, 8000).clamp(-1, 1)
        coded = functional.mu_law_decoding(functional.mu_law_encoding(narrow, 256), 256)
        return functional.resample(coded, 8000, RATE_HZ).numpy()

    return line


def peers(folder: Path) -> dict[str, tuple[str, Callable[[Waveform], Work]]]:
    """The nearest transform for each kind that has one: its name, and what to call."""
    import audiomentations as am

    def of(*transforms: Any) -> tuple[str, Callable[[Waveform], Work]]:
        name = " + ".join(type(t).__name__ for t in transforms)

        def call(wave: Waveform) -> Work:
            def chain() -> object:
                samples = wave.samples.copy()
                for transform in transforms:
                    samples = transform(samples, RATE_HZ)
                return samples

            return chain

        return name, call

    noise, click = str(folder / "noise.wav"), str(folder / "response.wav")
    color, reverb = of(am.AddColorNoise(5, 5, -3, -3, p=1)), of(am.ApplyImpulseResponse(click, p=1))
    background = of(am.AddBackgroundNoise(noise, 5, 5, p=1))
    found = {
        "shaped": color, "self_noise": of(am.AddGaussianNoise(0.01, 0.01, p=1)), "recording": background,
        "babble": background, "tone": color, "pulsed_noise": color, "modulated_noise": color,
        "response": of(am.SevenBandParametricEQ(-6, 6, p=1)), "biquad": of(am.PeakingFilter(p=1)),
        "band_limit": of(am.BandPassFilter(1850, 1850, 1.6, 1.6, 24, 24, p=1)),
        "random_handset": of(am.SevenBandParametricEQ(-6, 6, p=1)),
        "impulse_response": reverb, "exponential_room": reverb, "image_room": reverb,
        "g711": ("torchaudio resample + mu_law", mulaw), "clipping": of(am.ClippingDistortion(5, 5, p=1)),
        "packet_loss": of(am.TimeMask(0.05, 0.05, p=1)), "jitter": of(am.TimeMask(0.05, 0.05, p=1)),
        "pitch_tempo": of(am.PitchShift(2, 2, p=1), am.TimeStretch(1.1, 1.1, p=1)),
        "world": of(am.PitchShift(2, 2, p=1), am.TimeStretch(1.1, 1.1, p=1)),
        "audiomentations": of(am.TanhDistortion(0.1, 0.1, p=1)),
    }  # fmt: skip
    return found


def specimens(wanted: Sequence[str], folder: Path) -> Iterator[tuple[str, Perturbation]]:
    """Each kind as shipped, the first profile and severity that builds it, or over a file of ours."""
    library, built = Library.shipped(), dict[str, Perturbation]()
    for stage, name in ((s, n) for s in STAGES for n in library.names(s)):
        profile = library.get(stage, name)
        for severity in profile.severities:
            try:
                for layer, kind in layers_of(profile, severity):
                    built.setdefault(layer.kind, kind)
            except MissingExtraError as missing:
                print(f"{stage}/{name} left out: {missing}")
    files = {"recording": "noise.wav", "impulse_response": "response.wav"}
    for kind in wanted:
        if kind in files:
            built[kind] = load("perturbations", kind).from_parameters({"file": folder / files[kind]})  # type: ignore[attr-defined]
        if kind in built:
            yield kind, built[kind]


def ours(kind: Perturbation, wave: Waveform) -> Work:
    """One use of a kind as the signal path uses it."""
    pool = [speech(4, k) for k in range(12)] if isinstance(kind, Source) and kind.needs_pool else []

    def mixed() -> object:
        assert isinstance(kind, Source)
        sound = kind.generate(wave.samples.size, RATE_HZ, rng_for(1, "bench"), pool)
        heard = sound.samples if sound.active.all() else sound.samples[sound.active]
        return wave.samples + (sound.samples * 10 ** ((-30 - rms_dbov(heard)) / 20)).astype(np.float32)

    if isinstance(kind, Source):
        return mixed
    if isinstance(kind, Room):
        response = kind.response(RATE_HZ, rng_for(1, "bench"))
        return lambda: convolved(wave, response.samples, response.direct)
    assert isinstance(kind, Effect)
    return lambda: kind.apply(wave, rng_for(1, "bench"))


def least(works: Sequence[Work], rounds: int) -> list[float]:
    """The shortest processor time of each, taking turns; the first turn, which fills caches, does not count."""
    best = [float("inf")] * len(works)
    for turn in range(rounds + 1):
        for place, work in enumerate(works):
            start = time.process_time()
            work()
            if turn:
                best[place] = min(best[place], time.process_time() - start)
    return best


def main() -> None:
    """Measure and print, slowest ratio last."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("kinds", nargs="*", default=catalogue("perturbations"))
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    family = {kind: name for name, kinds in NOT_SLOWER.items() for kind in kinds}
    wave, rows = speech(args.seconds), []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        tail = rng_for(2, "bench").standard_normal(8000) * 10 ** (-3 * np.arange(8000) / 8000)
        soundfile.write(folder / "response.wav", np.append(1.0, 0.05 * tail), RATE_HZ, subtype="FLOAT")
        soundfile.write(folder / "noise.wav", 0.1 * rng_for(3, "bench").standard_normal(60 * RATE_HZ), RATE_HZ)
        beside = peers(folder)
        for name, kind in specimens(args.kinds, folder):
            works = [ours(kind, wave)] + ([beside[name][1](wave)] if name in beside else [])
            seconds = least(works, args.rounds)
            text = (
                f"{1000 * seconds[0] / args.seconds:8.3f} ms a second, real-time factor {seconds[0] / args.seconds:.6f}"
            )
            if len(seconds) > 1:
                ratio = seconds[1] / seconds[0]
                verdict = f"  ({family[name]}: {'not slower' if ratio >= 1 else 'SLOWER'})" if name in family else ""
                text += f"; {beside[name][0]} takes {ratio:.2f} times as long{verdict}"
            rows.append((name, text))
    table(f"kinds on {args.seconds:g} s of speech", rows, "audiomentations", "torchaudio", "soxr")


if __name__ == "__main__":
    main()

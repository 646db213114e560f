# SPDX-License-Identifier: Apache-2.0
"""The loop that people write: for every condition and utterance an audiomentations chain, PocketSphinx, jiwer.

Usage: python scripts/bench/straightforward.py [OVERRIDE…]
       (by default study=ward_demo corpus.max_utterances_per_speaker=1)

One process, no resume, no early SNR, no intervals; importing its libraries counts. It gets the noises as files rendered
beforehand, the same padding around the speech, and the same decoder options and grammar, so that all differs but
decoding (whose time depends on the audio a little). Then `stresstest run` answers the same study with one worker and
with one a core, from the interpreter's start to the documents.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from _bench import run, table, warm
from numpy.typing import NDArray

from stresstest.audio import files
from stresstest.conditions import Condition
from stresstest.config import compose
from stresstest.corpora import Utterance
from stresstest.engine.babble import babble_pool
from stresstest.engine.plan import make_plan
from stresstest.engine.render import SignalPath, render_noise
from stresstest.recognizers.pocketsphinx import grammar_file
from stresstest.study import Study

RATE_HZ = 16000
NOISE_SECONDS = 30
VOICES = {"pitch_up_fast": (2.0, 1.12), "pitch_down_slow": (-1.0, 0.9)}
"""Semitones and rate of the two voices; the control is +1 st and × 1.06, and back."""

Samples = NDArray[np.float32]
Chain = Callable[[Samples], Samples]


def chain(condition: Condition, noises: Path) -> Chain:
    """What audiomentations offers for a condition; the phone line's codec is torchaudio's."""
    import audiomentations as am

    def voice(semitones: float, rate: float) -> list[Any]:
        stretch = am.TimeStretch(rate, rate, leave_length_unchanged=False, p=1.0)
        return [am.PitchShift(semitones, semitones, p=1.0), stretch]

    steps: list[Any] = []
    if condition.voice == "passthrough":
        steps += [*voice(1.0, 1.06), *voice(-1.0, 1 / 1.06)]
    elif condition.voice is not None:
        steps += voice(*VOICES[condition.voice])
    if condition.noise is not None:
        snr = condition.snr_db
        steps.append(am.AddBackgroundNoise(noises / f"{condition.noise}.wav", snr, snr, p=1.0))
    if condition.device or condition.channel:
        steps.append(am.BandPassFilter(1850, 1850, 1.6, 1.6, p=1.0))  # about 300 to 3400 Hz
    composed = am.Compose(steps)
    return lambda samples: line(composed(padded(samples), RATE_HZ), condition.channel)


def padded(samples: Samples) -> Samples:
    return np.pad(samples, round(0.25 * RATE_HZ))


def line(samples: Samples, channel: str | None) -> Samples:
    """µ-law at 8 kHz and back."""
    if channel is None:
        return samples
    import torch
    from torchaudio import functional

    narrow = functional.resample(torch.from_numpy(np.ascontiguousarray(samples)), RATE_HZ, 8000).clamp(-1, 1)
    coded = functional.mu_law_decoding(functional.mu_law_encoding(narrow, 256), 256)
    return np.asarray(functional.resample(coded, 8000, RATE_HZ).numpy())


def decoder(grammar: str) -> Any:
    import pocketsphinx

    made = pocketsphinx.Decoder(cmn="batch", bestpath=False, loglevel="FATAL", lm=None)
    made.add_jsgf_file("grammar", str(grammar_file(grammar)))
    made.activate_search("grammar")
    return made


def write_noises(study: Study, folder: Path) -> None:
    path = SignalPath(study, lambda: babble_pool(study))
    for name in {c.noise for c in study.grid if c.noise}:
        files.write(folder / f"{name}.wav", render_noise(path, name, NOISE_SECONDS))


def counted(study: Study, grammar: str, utterances: list[Utterance], noises: Path) -> tuple[tuple[float, float], int]:
    """What `loop` gives, and how many cells the library left without their noise, with a warning."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        times = loop(study, grammar, utterances, noises)
    return times, sum("too silent to be added" in str(w.message) for w in heard)


def loop(study: Study, grammar: str, utterances: list[Utterance], noises: Path) -> tuple[float, float]:
    """Wall seconds of the loop, and those of them in the decoder."""
    import jiwer

    start, decoding, rates = time.perf_counter(), 0.0, {}
    recognizer = decoder(grammar)
    for condition in study.grid:
        augment = chain(condition, noises)
        texts: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for utterance in utterances:
            samples, _ = soundfile.read(utterance.audio, dtype="float32")
            augmented = augment(samples)
            before = time.perf_counter()
            recognizer.start_utt()
            pcm = (np.clip(augmented, -1, 1) * 32767).astype("<i2").tobytes()
            recognizer.process_raw(pcm, no_search=False, full_utt=True)
            recognizer.end_utt()
            best = recognizer.hyp()
            decoding += time.perf_counter() - before
            texts[utterance.accent][0].append(utterance.text)
            texts[utterance.accent][1].append(best.hypstr if best else "")
        rates[condition.label] = {accent: jiwer.wer(*pair) for accent, pair in texts.items()}
    return time.perf_counter() - start, decoding


def main(overrides: list[str]) -> None:
    """The loop, then the product with one worker and with all, in one go."""
    overrides = overrides or ["study=ward_demo", "corpus.max_utterances_per_speaker=1"]
    warm(*overrides)
    study = compose(*overrides).study
    grammar = study.recognizers["pocketsphinx"].options["grammar"]
    with tempfile.TemporaryDirectory() as folder:
        write_noises(study, Path(folder))
        (wall, decoding), left_out = counted(study, grammar, list(make_plan(study).utterances), Path(folder))
    one, every = run(*overrides, "executor.workers=1"), run(*overrides)
    beyond = (wall - decoding) / (one.seconds - one.decode_s)
    rows = [
        ("cells", f"{one.cells}"),
        ("straightforward loop", f"{wall:.1f} s, of it decoding {decoding:.1f} s"),
        ("  cells left without their noise", f"{left_out} (AddBackgroundNoise met a silent part of its file)"),
        ("stresstest run, 1 worker", f"{one.seconds:.1f} s, of it decoding {one.decode_s:.1f} s"),
        (f"stresstest run, {every.workers} workers", f"{every.seconds:.1f} s, decoding ÷ workers "
         f"{every.decode_s / every.workers:.1f} s"),
        ("RATIO, loop ÷ 1 worker", f"{wall / one.seconds:.2f}"),
        (f"RATIO, loop ÷ {every.workers} workers", f"{wall / every.seconds:.2f}"),
        ("  beyond decoding, loop ÷ 1 worker", f"{beyond:.2f}"),
    ]  # fmt: skip
    table(
        "straightforward loop, " + " ".join(overrides), rows, "audiomentations", "torchaudio", "pocketsphinx", "jiwer"
    )


if __name__ == "__main__":
    main(sys.argv[1:])

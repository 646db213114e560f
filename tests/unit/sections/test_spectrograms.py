# SPDX-License-Identifier: Apache-2.0
"""Spectrograms of the noises, made again from the study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np

from stresstest import appendix
from stresstest.audio import Waveform
from stresstest.profiles import Layer
from stresstest.sections.base import Gallery, Note
from stresstest.sections.spectrograms import RANGE_DB, Spectrograms, spectrogram_db


def test_a_tone_stands_at_its_frequency_and_silence_at_the_floor() -> None:
    rate = 16000
    t = np.arange(rate) / rate
    wave = Waveform(np.where(t < 0.5, 0.5 * np.sin(2 * np.pi * 1000 * t), 0).astype(np.float32), rate)
    levels, step = spectrogram_db(wave)
    early, late = levels[:, int(0.2 / step)], levels[:, int(0.8 / step)]
    assert early.argmax() * rate / 2 / (levels.shape[0] - 1) == 1000
    assert early.max() > -1
    assert (late == -RANGE_DB).all()


def test_one_figure_a_noise_whatever_the_number_of_snrs(ward_run: Path) -> None:
    section = Spectrograms()
    (gallery,) = section.build(appendix.read(ward_run, {"spectrograms": section}))
    assert isinstance(gallery, Gallery)
    assert len(gallery.figures) == 2


def test_a_noise_that_cannot_be_made_again_is_named_with_the_reason(
    synthetic_run: ModuleType, ward_run: Path, tmp_path: Path
) -> None:
    section = Spectrograms()
    evidence = appendix.read(ward_run, {"spectrograms": section})
    gone = Layer("recording", {"file": tmp_path / "gone.wav"})
    profiles = dict(evidence.study.profiles)
    profiles["noise/ward_babble"] = replace(profiles["noise/ward_babble"], severities={"": (gone,)})
    blocks = section.build(replace(evidence, study=replace(evidence.study, profiles=profiles)))
    notes = [b for b in blocks if isinstance(b, Note)]
    assert len(notes) == 1
    assert "ward_babble" in notes[0].items[0]
    assert "gone.wav" in notes[0].items[0]

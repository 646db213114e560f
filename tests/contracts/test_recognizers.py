# SPDX-License-Identifier: Apache-2.0
"""What every recognizer owes, whichever file it is in; a new file is found here by itself.

A recognizer that asks a service is not opened here: there is no network.
"""

from __future__ import annotations

import dataclasses
import pickle
import subprocess
import sys

import numpy as np
import pytest
import yaml

from stresstest.audio import Waveform
from stresstest.places import data_folder
from stresstest.plugins import catalogue, load
from stresstest.recognizers import Failure, Recognizer, Transcript
from stresstest.seeds import rng_for

NAMES = catalogue("recognizers")
FAST_OPTIONS = {"pocketsphinx": {"grammar": "digit"}}
"""Options under which a back end answers in no time."""


def made(name: str) -> Recognizer:
    recognizer = load("recognizers", name)(**FAST_OPTIONS.get(name, {}))
    assert isinstance(recognizer, Recognizer)
    return recognizer


LOCAL = [name for name in NAMES if made(name).cost_per_hour == 0]


@pytest.mark.parametrize("name", NAMES)
def test_its_config_gives_its_options(name: str) -> None:
    config = yaml.safe_load((data_folder("conf") / "recognizer" / f"{name}.yaml").read_text())
    cls = load("recognizers", name)
    assert config.pop("_target_") == f"{cls.__module__}.{cls.__name__}"
    assert set(config) == {field.name for field in dataclasses.fields(cls) if field.init}


@pytest.mark.parametrize("name", NAMES)
def test_it_says_rate_and_revision_before_it_is_opened(name: str) -> None:
    recognizer = made(name)
    assert 8000 <= recognizer.rate_hz <= 48000
    assert recognizer.batch_size >= 1
    assert recognizer.revision == made(name).revision
    assert name in recognizer.revision.lower()


@pytest.mark.parametrize("name", NAMES)
def test_it_travels_to_a_worker_before_it_is_opened(name: str) -> None:
    recognizer = made(name)
    assert pickle.loads(pickle.dumps(recognizer)).revision == recognizer.revision


@pytest.mark.parametrize("name", LOCAL)
def test_it_answers_each_waveform_in_order_and_alike_each_time(name: str) -> None:
    recognizer = made(name)
    rng = rng_for(0, "contract", name)
    waves = [
        Waveform(0.1 * rng.standard_normal(8000 + 800 * i).astype(np.float32), recognizer.rate_hz) for i in range(4)
    ]
    recognizer.open()
    try:
        answers = [recognizer.transcribe([wave])[0] for wave in waves]
        again = [recognizer.transcribe([wave])[0] for wave in waves[::-1]][::-1]
    finally:
        recognizer.close()
    assert all(isinstance(answer, Transcript | Failure) for answer in answers)
    assert answers == again


@pytest.mark.parametrize("name", NAMES)
def test_its_library_is_loaded_by_open_and_not_before(name: str) -> None:
    options = FAST_OPTIONS.get(name, {})
    code = (
        "import sys; from stresstest.plugins import load\n"
        f"load('recognizers', {name!r})(**{options!r}).revision\n"
        f"print({name!r} in sys.modules or 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

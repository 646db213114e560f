# SPDX-License-Identifier: Apache-2.0
"""Bad input is refused in a sentence or gives finite sound; a new kind is tried here by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from signal_paths import study_of

from stresstest.audio import Waveform
from stresstest.audio.files import probe, read, resample
from stresstest.audio.levels import active_speech_level
from stresstest.conditions import CLEAN, Condition
from stresstest.corpora import Utterance
from stresstest.engine.render import SignalPath, UtterancePath
from stresstest.errors import AudioError, MissingExtraError, ParameterError
from stresstest.perturbations import Effect, Perturbation, Room, Source
from stresstest.plugins import catalogue, load
from stresstest.profiles import STAGES
from stresstest.profiles.library import Library
from stresstest.seeds import rng_for

KINDS = catalogue("perturbations")
RATES_HZ = (8000, 11025, 16000, 22050, 44100, 48000, 96000)
FUZZ = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))

every_kind = pytest.mark.parametrize("name", KINDS)


@cache
def _shipped() -> dict[str, list[Mapping[str, Any]]]:
    """The parameters that shipped profiles give to each kind."""
    library, found = Library.shipped(), dict[str, list[Mapping[str, Any]]]()
    for stage, name in ((s, n) for s in STAGES for n in library.names(s)):
        for layers in library.get(stage, name).severities.values():
            for layer in layers:
                found.setdefault(layer.kind, []).append(layer.parameters)
    return found


@pytest.fixture(scope="module")
def click(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for kinds that read one."""
    samples = np.zeros(8000)
    samples[100::1000] = 0.5
    file = tmp_path_factory.mktemp("click") / "click.wav"
    soundfile.write(file, samples, 16000)
    return file


def _specimens(name: str, click: Path) -> list[Mapping[str, Any]]:
    return _shipped().get(name) or [{"file": click}]


def _class(name: str) -> type[Perturbation]:
    return load("perturbations", name)


def _speech(seconds: float, rate_hz: int = 16000) -> Waveform:
    t = np.arange(max(1, round(seconds * rate_hz))) / rate_hz
    swell = np.clip(np.sin(2 * np.pi * 3 * t + 0.5), 0, None)
    return Waveform((0.1 * swell * rng_for(1, "speech").standard_normal(t.size)).astype(np.float32), rate_hz)


POOL = [_speech(1.0) for _ in range(8)]


def _sound(kind: Perturbation, wave: Waveform) -> np.ndarray[Any, Any]:
    """What a kind makes of a signal, or as long as one."""
    rng = rng_for(2, "bad input")
    if isinstance(kind, Effect):
        changed = kind.apply(wave, rng)
        assert changed.rate_hz == wave.rate_hz
        assert changed.samples.size == wave.samples.size or "voice" in kind.stages
        return changed.samples
    if isinstance(kind, Room):
        return kind.response(wave.rate_hz, rng).samples
    assert isinstance(kind, Source)
    return kind.generate(wave.samples.size, wave.rate_hz, rng, POOL if kind.needs_pool else []).samples


def _is_sound_or_refused(kind: Perturbation, wave: Waveform) -> None:
    try:
        samples = _sound(kind, wave)
    except AudioError:
        return
    assert np.isfinite(samples).all()
    assert np.abs(samples).max(initial=0) < 1e6


def _built(name: str, parameters: Mapping[str, Any]) -> Perturbation | None:
    """The kind; None where it refuses the parameters, naming one of them."""
    try:
        return _class(name).from_parameters(parameters)
    except MissingExtraError as missing:
        pytest.skip(str(missing))
    except ParameterError as error:
        refusal = error
    assert refusal.key in {f.name for f in fields(_class(name))} | set(parameters)  # type: ignore[arg-type]
    return None


NUMBERS = st.sampled_from(
    [-1, 0, 1, 2, -1e308, 1e308, 1e-308, 5e-324, 2**63, 10**400, 0.5, -0.5, 1e4, 1e5, 1e6, 7999.9]
)
ATOMS = (
    NUMBERS
    | st.sampled_from(
        [float("nan"), float("inf"), -float("inf"), True, False, None, "", "x", "A4", "1", b"1", Path("/")]
    )
    | st.floats()
    | st.integers()
    | st.text(max_size=5)
)
ABSURD = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3) | NUMBERS, inner, max_size=2),
    max_leaves=8,
) | st.sampled_from([[1] * 1000, [[1, 0]] * 1000, [[k, 0.0] for k in range(1, 600)], list(range(1, 400)), ["A4"] * 999])


def _near(value: Any) -> st.SearchStrategy[Any]:
    """Something of the shape of a good value: a number scaled, an entry of a list changed, dropped or doubled."""
    if isinstance(value, bool) or not isinstance(value, int | float | list | tuple):
        return ABSURD
    if isinstance(value, int | float):
        return st.sampled_from([-1, 0, 0.001, 0.5, 2, 10, 1000, 1e9]).map(lambda factor: value * factor)
    items = list(value)
    changed = st.integers(0, len(items) - 1).flatmap(
        lambda k: _near(items[k]).map(lambda new: [*items[:k], new, *items[k + 1 :]])
    )
    return changed | st.sampled_from([items[1:], [*items, *items], items[::-1], []])


@every_kind
@FUZZ
@given(data=st.data())
def test_an_absurd_parameter_is_refused_or_gives_finite_sound(name: str, click: Path, data: st.DataObject) -> None:
    parameters = dict(data.draw(st.sampled_from(_specimens(name, click))))
    keys = [f.name for f in fields(_class(name))]  # type: ignore[arg-type]
    for key in data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True)) if keys else []:
        parameters[key] = data.draw(ABSURD | _near(parameters.get(key)))
    kind = _built(name, parameters)
    if kind is not None:
        _is_sound_or_refused(kind, _speech(0.1, data.draw(st.sampled_from([8000, 16000, 48000]))))


@every_kind
def test_no_parameter_at_all_and_every_one_absurd(name: str, click: Path) -> None:
    keys = [f.name for f in fields(_class(name))]  # type: ignore[arg-type]
    _built(name, {})
    for value in (None, float("nan"), 1e308, -1, "x", [], {}, [[[]]], True):
        for key in keys:
            kind = _built(name, {**_specimens(name, click)[0], key: value})
            if kind is not None:
                _is_sound_or_refused(kind, _speech(0.05))


def _odd_signals(rate_hz: int) -> dict[str, Waveform]:
    def wave(samples: Any) -> Waveform:
        return Waveform(np.asarray(samples, np.float32), rate_hz)

    tenth = rate_hz // 10
    return {
        "one sample": wave([0.1]),
        "two samples": wave([0.1, -0.1]),
        "10 ms": _speech(0.01, rate_hz),
        "silence": wave(np.zeros(tenth)),
        "direct current": wave(np.full(tenth, 0.5)),
        "denormals": wave(np.full(tenth, 1e-40)),
        "one click": wave(np.eye(1, tenth, tenth // 2)[0]),
        "square": wave(np.sign(np.sin(np.arange(tenth) / 5)) * 0.999),
        "far above full scale": wave(_speech(0.1, rate_hz).samples * 1000),
        "silence, then speech": wave(np.concatenate([np.zeros(tenth), _speech(0.1, rate_hz).samples])),
    }


@every_kind
@pytest.mark.parametrize("rate_hz", [8000, 16000, 44100])
def test_an_odd_signal_is_refused_or_gives_finite_sound(name: str, rate_hz: int, click: Path) -> None:
    kind = _built(name, _specimens(name, click)[0])
    assert kind is not None
    for wave in _odd_signals(rate_hz).values():
        _is_sound_or_refused(kind, wave)


@every_kind
@pytest.mark.parametrize("rate_hz", [11025, 22050, 48000, 96000])
def test_every_rate_is_rendered_or_refused(name: str, rate_hz: int, click: Path) -> None:
    kind = _built(name, _specimens(name, click)[-1])
    assert kind is not None
    _is_sound_or_refused(kind, _speech(0.2, rate_hz))


SUBTYPES = ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"]
STEPS = {"PCM_U8": 1 / 128, "ULAW": 1 / 16, "ALAW": 1 / 16}


@pytest.mark.parametrize("subtype", SUBTYPES)
@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("channels", [1, 2])
def test_a_file_of_any_usual_form_gives_one_signal(subtype: str, rate_hz: int, channels: int, tmp_path: Path) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 400 * np.arange(rate_hz) / rate_hz)
    file = tmp_path / "a.wav"
    soundfile.write(file, np.column_stack([tone] * channels), rate_hz, subtype=subtype)
    wave = resample(read(file), 16000)
    expected = 0.5 * np.sin(2 * np.pi * 400 * np.arange(16000) / 16000)
    assert wave.samples.size == 16000
    assert np.abs(wave.samples - expected)[500:-500].max() < 2e-3 + STEPS.get(subtype, 0)
    assert probe(file).channels == channels


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_a_file_with_a_sample_that_is_no_number_is_refused_by_name(bad: float, subtype: str, tmp_path: Path) -> None:
    samples = np.zeros(1000)
    samples[500] = bad
    soundfile.write(tmp_path / "bad.wav", samples, 16000, subtype=subtype)
    with pytest.raises(AudioError, match=r"bad\.wav: .*1 of 1000 are NaN or infinite"):
        read(tmp_path / "bad.wav")


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_a_file_of_random_bytes_is_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "random.wav"
    file.write_bytes(b"RIFF" + data[:4] + b"WAVEfmt " + data[4:])
    try:
        wave = read(file)
    except AudioError as error:
        message = str(error)
    else:
        message = str(file) * bool(np.isfinite(wave.samples).all())
    assert "random.wav" in message


def _path(folder: Path, speech: Waveform, *labels: str) -> UtterancePath:
    soundfile.write(folder / "u.wav", speech.samples, speech.rate_hz, subtype="FLOAT")
    utterance = Utterance(id="u", audio=folder / "u.wav", text="one", speaker="s", accent="a")
    return SignalPath(study_of(*labels), lambda: POOL).of(utterance)


@pytest.mark.parametrize("offset", [0.01, 0.1, -0.5])
def test_direct_current_is_taken_away_and_moves_no_level(offset: float, tmp_path: Path) -> None:
    speech, rate_hz = _speech(2.0), 16000
    plain = _path(tmp_path, speech).render(CLEAN, rate_hz).wave.samples
    moved = speech.with_samples(speech.samples + np.float32(offset))
    np.testing.assert_allclose(_path(tmp_path, moved).render(CLEAN, rate_hz).wave.samples, plain, atol=1e-4)


@pytest.mark.parametrize("samples", [np.zeros(16000), np.full(16000, 0.2), np.zeros(3)], ids=["zeros", "DC", "short"])
def test_a_recording_that_nobody_hears_is_refused_as_noise(samples: np.ndarray[Any, Any], tmp_path: Path) -> None:
    soundfile.write(tmp_path / "noise.wav", samples, 16000)
    kind = _class("recording").from_parameters({"file": tmp_path / "noise.wav"})
    with pytest.raises(AudioError, match=r"noise\.wav: the recording is silent"):
        _sound(kind, _speech(1.0))


@pytest.mark.parametrize("seconds", [0.01, 0.05, 0.3])
@pytest.mark.parametrize("rate_hz", [8000, 44100])
def test_noise_shorter_than_speech_is_looped(seconds: float, rate_hz: int, tmp_path: Path) -> None:
    noise = 0.1 * rng_for(1).standard_normal(round(seconds * rate_hz))
    soundfile.write(tmp_path / "noise.wav", noise, rate_hz)
    samples = _sound(_class("recording").from_parameters({"file": tmp_path / "noise.wav"}), _speech(1.0))
    assert samples.size == 16000
    assert min(np.square(part).mean() for part in samples.reshape(10, -1)) > 0


@pytest.mark.parametrize("seconds", [0.01, 0.1])
def test_a_very_short_utterance_is_rendered_or_refused(seconds: float, tmp_path: Path) -> None:
    label = "room=patient_room/noise=hvac_nc35/snr_db=10/device=irs_handset/channel=g711_ulaw"
    click = Waveform((0.3 * np.sin(np.arange(round(16000 * seconds)))).astype(np.float32), 16000)
    try:
        rendered = _path(tmp_path, click, label).render(Condition.parse(label), 16000)
    except AudioError as error:
        message = str(error)
    else:
        message = "No active speech" * bool(np.isfinite(rendered.wave.samples).all())
    assert "No active speech" in message


def test_a_file_that_unpacks_to_gigabytes_is_refused_before_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soundfile.write(tmp_path / "long.flac", np.zeros((4000, 8)), 48000)
    monkeypatch.setattr("stresstest.audio.files.MOST_SAMPLES", 4000 * 8 - 1)
    with pytest.raises(AudioError, match=r"long\.flac: 4000 frames of 8 channels.*at most"):
        read(tmp_path / "long.flac")


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize(
    "samples",
    [np.zeros(4000), np.full(4000, 1e-5), np.eye(1, 4000)[0], np.zeros(1)],
    ids=["zeros", "soft", "click", "1"],
)
def test_speech_without_an_active_level_is_refused(samples: np.ndarray[Any, Any], rate_hz: int) -> None:
    with pytest.raises(AudioError, match="No active speech"):
        active_speech_level(Waveform(samples.astype(np.float32), rate_hz))

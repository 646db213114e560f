# SPDX-License-Identifier: Apache-2.0
"""Laws of the signal path: the SNR asked for is the SNR there, noise passes what speech passes, nothing clips."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import fftconvolve
from signal_paths import RATE, SPEECH, path_of, study_of

from stresstest.audio import Waveform
from stresstest.audio.levels import a_weighted, active_speech_level, speech_level_dbov
from stresstest.conditions import CLEAN, Condition, ConditionGrid
from stresstest.engine.render import SignalPath, render_noise
from stresstest.errors import AudioError
from stresstest.perturbations.tone import Tone
from stresstest.profiles import Layer, Profile
from stresstest.profiles.library import Library
from stresstest.study import RenderOptions

LIBRARY = Library.shipped()
NOISES = [
    f"{name}@{severity}".rstrip("@")
    for name in LIBRARY.names("noise")
    for severity in list(LIBRARY.get("noise", name).severities)[-1:]
]
"""Every noise at its strongest."""


def level_dbov(samples: NDArray[np.floating], mask: NDArray[np.bool_]) -> float:
    return float(10 * np.log10(np.mean(np.square(samples[mask].astype(np.float64)))))


@pytest.mark.parametrize("room", [None, "patient_room"])
@pytest.mark.parametrize("reference", ["on", "long_term"])
@pytest.mark.parametrize("weighting", [None, "A"])
@pytest.mark.parametrize("noise", NOISES)
def test_the_snr_measured_is_the_snr_requested(noise: str, weighting: str | None, reference: str, room: str | None):
    c = Condition(noise=noise, snr_db=7.0, room=room)
    path = path_of(study_of(c.label, render={"snr_weighting": weighting, "snr_reference": reference}))
    noise_alone, speech = path.noise(c), path.speech(c)[1]
    heard = a_weighted(noise_alone, RATE) if weighting else noise_alone
    everywhere = np.ones(heard.size, bool)
    measured = level_dbov(heard, noise_alone != 0 if reference == "on" else everywhere)
    assert speech_level_dbov(speech, weighting) - measured == pytest.approx(7.0, abs=0.1)


def test_the_profile_says_what_its_snr_refers_to_unless_the_study_does() -> None:
    c = Condition(noise="infusion_alarm", snr_db=0.0)
    study = study_of(c.label)
    alarm = study.profiles["noise/infusion_alarm"]
    long_term = replace(study, profiles={"noise/infusion_alarm": replace(alarm, snr_reference="long_term")})
    forced = replace(long_term, render=RenderOptions(snr_reference="on"))
    assert alarm.snr_reference == "on"
    assert np.array_equal(path_of(forced).noise(c), path_of(study).noise(c))
    louder = path_of(long_term).noise_gain_db(c) - path_of(study).noise_gain_db(c)
    share = np.mean(path_of(study).noise(c) != 0)
    assert louder == pytest.approx(-10 * np.log10(share), abs=0.05)
    assert louder > 1


def test_in_a_room_the_snr_refers_to_direct_and_early_speech_while_all_of_it_is_heard() -> None:
    c = Condition(room="corridor")
    path = path_of(study_of(c.label))
    response, dry = path.path.room("corridor"), path.voiced(None).samples.astype(np.float64)
    whole, early = path.speech(c)
    last = response.direct + RATE // 20
    for found, taps in ((whole, response.samples), (early, response.samples[:last])):
        expected = fftconvolve(dry, taps)[response.direct :][: dry.size]
        assert found.samples == pytest.approx(expected, abs=1e-6)
    assert active_speech_level(whole).dbov > active_speech_level(early).dbov + 1


@pytest.mark.parametrize("room", [None, "patient_room"])
@pytest.mark.parametrize("noise", ["white", "infusion_alarm", "ward_babble"])
def test_what_is_heard_is_speech_plus_noise(noise: str, room: str | None) -> None:
    c = Condition(noise=noise, snr_db=3.0, room=room)
    path = path_of(study_of(c.label))
    found = path.render(c, RATE)
    gain = 10 ** (found.mix_gain_db / 20)
    assert found.wave.samples == pytest.approx(gain * (path.speech(c)[0].samples + path.noise(c)), abs=0.6 / 32767)
    assert found.speech_level_dbov == pytest.approx(active_speech_level(path.speech(c)[1]).dbov, abs=1e-6)


@pytest.mark.parametrize("noise", NOISES)
def test_along_an_snr_axis_the_noise_is_one_signal_rescaled(noise: str) -> None:
    points = [Condition(noise=noise, snr_db=snr) for snr in (20, 3.5, -10)]
    path = path_of(study_of(*(c.label for c in points)))
    loudest = path.noise(points[-1])
    for c in points:
        scale = 10 ** ((c.snr_db + 10) / 20)
        np.testing.assert_allclose(scale * path.noise(c), loudest, rtol=1e-5, atol=1e-7)
        assert np.corrcoef(path.noise(c), loudest)[0, 1] > 1 - 1e-9


def test_another_utterance_replicate_seed_or_noise_is_another_draw() -> None:
    labels = ("noise=white/snr_db=0", "noise=ward_babble/snr_db=0")
    study = study_of(*labels)
    for label in labels:
        c = Condition.parse(label)
        draws = [
            path_of(study),
            path_of(study, key="u2"),
            path_of(study, rep=1),
            path_of(replace(study, seed=8)),
        ]
        noises = [draw.noise(c) for draw in draws]
        assert np.array_equal(noises[0], path_of(study).noise(c))
        for one in range(4):
            for other in range(one):
                assert abs(np.corrcoef(noises[one], noises[other])[0, 1]) < 0.2
    rates = [path_of(study).noise(Condition.parse(label)) for label in ("noise=white/snr_db=0", labels[1])]
    assert abs(np.corrcoef(*rates)[0, 1]) < 0.2


def test_a_room_is_one_draw_for_all_utterances_and_replicates() -> None:
    study = study_of("room=patient_room")
    one, other = (SignalPath(study).room("patient_room") for _ in range(2))
    assert np.array_equal(one.samples, other.samples)
    reseeded = SignalPath(replace(study, seed=8)).room("patient_room")
    assert not np.array_equal(one.samples, reseeded.samples)


def _at(wave: NDArray[np.floating], frequency_hz: float) -> float:
    """Level of a tone in dB, by one bin of a windowed Fourier transform."""
    n = np.arange(wave.size)
    window = np.hanning(wave.size)
    return float(20 * np.log10(np.abs(np.sum(wave * window * np.exp(-2j * np.pi * frequency_hz / RATE * n)))))


def test_noise_passes_the_device_by_its_own_path() -> None:
    """At 100 Hz the handset takes 13.1 dB from noise and 41.7 dB from speech, as its profile says."""
    c = Condition(noise="mains_hum", snr_db=0.0, device="irs_handset")
    path = path_of(study_of(c.label))
    before = path.noise(replace(c, device=None)) * 10 ** (-path.noise_gain_db(c) / 20)
    assert _at(path.noise_at_device(c), 100) - _at(before, 100) == pytest.approx(-13.1, abs=0.5)
    hummed = path_of(
        path.path.study, Waveform(SPEECH.samples + 0.3 * np.sin(np.arange(SPEECH.samples.size) * np.pi / 80), RATE)
    )
    lost = _at(hummed.speech_at_device(c).samples, 100) - _at(hummed.speech(c)[0].samples, 100)
    assert lost == pytest.approx(-41.7, abs=1.5)


def test_the_noise_mixed_in_is_the_noise_after_the_device() -> None:
    c = Condition(noise="white", snr_db=10.0, device="n95_mask")
    path = path_of(study_of(c.label))
    heard = path.render(c, RATE)
    noise = path.noise_at_device(c) * 10 ** (path.noise_gain_db(c) / 20)
    assert heard.mix_gain_db == 0
    assert heard.wave.samples == pytest.approx(path.speech_at_device(c).samples + noise, abs=0.6 / 32767)
    assert noise == pytest.approx(path.noise(c), abs=1e-7), "a mask is before the mouth, not before the noise"


def test_noise_passes_the_channel_like_speech() -> None:
    """With noise 20 dB above speech, what a telephone line leaves above 4.5 kHz is what it leaves of the noise."""

    def above(wave: Waveform) -> float:
        spectrum = np.square(np.abs(np.fft.rfft(wave.samples)))
        return float(10 * np.log10(spectrum[int(4500 / RATE * wave.samples.size) :].sum() / spectrum.sum()))

    bare = Condition(noise="white", snr_db=-20.0)
    line = replace(bare, channel="g711_ulaw")
    path = path_of(study_of(bare.label, line.label))
    assert above(path.render(bare, RATE).wave) > -6
    assert above(path.render(line, RATE).wave) < -40


@pytest.mark.parametrize("end", ["", "/device=irs_handset", "/device=cheap_headset", "/channel=g711_ulaw"])
@pytest.mark.parametrize("noise", ["white", "ward_babble", "infusion_alarm"])
def test_a_mixture_is_scaled_as_a_whole_and_says_so(noise: str, end: str) -> None:
    loud, soft = (Condition.parse(f"noise={noise}/snr_db={snr}{end}") for snr in (-30, 20))
    path = path_of(study_of(loud.label, soft.label))
    heard = path.render(loud, RATE)
    assert np.abs(heard.wave.samples).max() <= 0.99 + 0.5 / 32767
    mixture = path.speech_at_device(loud).samples + path.noise_at_device(loud) * 10 ** (path.noise_gain_db(loud) / 20)
    gain = 20 * np.log10(0.99 / np.abs(mixture).max())
    assert gain < -10
    if not end:
        assert heard.mix_gain_db == pytest.approx(gain, abs=1e-3)
        assert heard.wave.samples == pytest.approx(mixture * 10 ** (gain / 20), abs=1 / 32767)
    assert heard.mix_gain_db <= gain + 1e-3
    assert path.render(soft, RATE).mix_gain_db == 0
    assert path.render(CLEAN, RATE).mix_gain_db == 0


def test_silent_noise_is_refused_and_never_clean_speech(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Tone.generate

    def silent(self: Tone, *given: Any) -> Any:
        sound = real(self, *given)
        return replace(sound, samples=np.zeros_like(sound.samples))

    monkeypatch.setattr(Tone, "generate", silent)
    c = Condition(noise="mains_hum", snr_db=5.0)
    with pytest.raises(AudioError, match=r"'mains_hum' is silent over the whole utterance.*use another noise"):
        path_of(study_of(c.label)).render(c, RATE)


def softer(level_db: float) -> Profile:
    layers = {"": (Layer("pitch_tempo", {"level_db": level_db}),)}
    return Profile("softer", "voice", "Softer.", "archetype", "none", "CC0-1.0", layers, "0")


@pytest.mark.parametrize(("mode", "change"), [("fixed_noise", -3.0), ("fixed_snr", 0.0)])
def test_a_softer_voice_lowers_the_snr_only_where_the_noise_is_fixed(mode: str, change: float) -> None:
    plain = Condition(noise="white", snr_db=10.0)
    soft = replace(plain, voice="softer")
    study = study_of(plain.label, render={"level_mode": mode})
    study = replace(
        study,
        profiles={**study.profiles, "voice/softer": softer(-3)},
        grid=ConditionGrid((CLEAN, plain, soft)),
    )
    path = path_of(study)
    levels = [level_dbov(path.noise(c), np.ones(path.noise(c).size, bool)) for c in (plain, soft)]
    voices = [active_speech_level(path.speech(c)[1]).dbov for c in (plain, soft)]
    assert voices[1] - voices[0] == pytest.approx(-3, abs=0.1)
    snrs = np.subtract(voices, levels)
    assert snrs[0] == pytest.approx(10, abs=0.1)
    assert snrs[1] - snrs[0] == pytest.approx(change, abs=0.1)
    if mode == "fixed_noise":
        assert levels[1] == pytest.approx(levels[0], abs=0.1)


def test_padding_is_filled_by_noise_and_by_nothing_else() -> None:
    c = Condition(noise="white", snr_db=10.0)
    path = path_of(study_of(c.label, render={"padding_ms": 100}))
    frames = SPEECH.samples.size + 2 * 1600
    clean, noisy = path.render(CLEAN, RATE).wave.samples, path.render(c, RATE).wave.samples
    assert clean.size == noisy.size == frames
    assert not clean[:1600].any()
    assert not clean[-1600:].any()
    body = np.std(path.noise(c))
    assert np.std(noisy[:1600]) == pytest.approx(body, rel=0.15)
    assert np.std(noisy[-1600:]) == pytest.approx(body, rel=0.15)


def test_a_noise_alone_is_at_a_fixed_level() -> None:
    study = study_of("noise=white/snr_db=0")
    wave = render_noise(SignalPath(study), "white", 2.0)
    assert wave.seconds == 2.0
    assert level_dbov(wave.samples, np.ones(wave.samples.size, bool)) == pytest.approx(-26, abs=0.01)

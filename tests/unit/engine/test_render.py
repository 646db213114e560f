# SPDX-License-Identifier: Apache-2.0
"""Rendering: from a file to what a recognizer hears."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_studies import speechlike, study_over, write_corpus

from stresstest.audio import Waveform
from stresstest.audio.files import write
from stresstest.audio.levels import active_speech_level
from stresstest.conditions import CLEAN, Condition
from stresstest.corpora import Utterance
from stresstest.engine.babble import babble_pool
from stresstest.engine.executors.inline import Inline
from stresstest.engine.render import SignalPath, UtterancePath
from stresstest.engine.run import run
from stresstest.errors import AudioError, CorpusError
from stresstest.profiles import Layer
from stresstest.study import Component, RenderOptions

UNUSED = Path("unused")


def utterance(audio: Path, start: float | None = None, end: float | None = None) -> Utterance:
    return Utterance("u", audio, "text", "s", "a", start=start, end=end)


@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100])
@pytest.mark.parametrize("gain_db", [-30, 6])
def test_speech_of_any_rate_and_level_arrives_at_the_working_rate_and_level(
    rate_hz: int, gain_db: float, tmp_path: Path
) -> None:
    write(tmp_path / "a.wav", speechlike(1, rate_hz, 4).scaled_db(gain_db))
    path = SignalPath(study_over(UNUSED)).of(utterance(tmp_path / "a.wav"))
    assert path.dry.rate_hz == 16000
    assert path.dry.samples.size == pytest.approx(16000, abs=2)
    assert active_speech_level(path.voiced(None)).dbov == pytest.approx(-26, abs=0.5)
    assert path.render(CLEAN, 8000).speech_level_dbov == pytest.approx(-26, abs=0.5)


def test_the_level_does_not_depend_on_how_tightly_a_file_is_trimmed(tmp_path: Path) -> None:
    tight = speechlike(0.6, 16000, 6)
    loose = tight.with_samples(np.concatenate([np.zeros(4000), tight.samples, np.zeros(4000)]))
    gains = []
    for name, wave in (("tight", tight), ("loose", loose)):
        write(tmp_path / f"{name}.wav", wave)
        path = SignalPath(study_over(UNUSED, render=RenderOptions())).of(utterance(tmp_path / f"{name}.wav"))
        gains.append(np.abs(path.dry.samples).max() / np.abs(wave.samples).max())
    assert 20 * np.log10(gains[0] / gains[1]) == pytest.approx(0, abs=0.5)  # 2.2 dB without padding


def test_a_segment_is_what_is_heard(tmp_path: Path) -> None:
    whole = speechlike(2, 16000, 5)
    write(tmp_path / "a.wav", whole)
    part = SignalPath(study_over(UNUSED)).of(utterance(tmp_path / "a.wav", 0.5, 1.25))
    assert part.dry.samples.size == 12000
    assert np.corrcoef(part.dry.samples, whole.samples[8000:20000])[0, 1] > 0.9999


@pytest.mark.parametrize(("seconds", "gain_db"), [(0.5, -200), (0.5, None)])
def test_silence_and_a_missing_file_are_refused(seconds: float, gain_db: float | None, tmp_path: Path) -> None:
    if gain_db is not None:
        write(tmp_path / "a.wav", speechlike(seconds, 16000, 6).scaled_db(gain_db))
    with pytest.raises(AudioError, match="No active speech" if gain_db else "there is no such file"):
        SignalPath(study_over(UNUSED)).of(utterance(tmp_path / "a.wav"))


@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_the_recognizer_gets_its_own_rate_in_exact_16_bit(rate_hz: int) -> None:
    path = UtterancePath(SignalPath(study_over(UNUSED)), speechlike(0.6, 16000, 7), "u", 0)
    for label in ("clean", "noise=speech_shaped/snr_db=0", "device=irs_handset/channel=g711_ulaw"):
        heard = path.render(Condition.parse(label), rate_hz).wave
        assert heard.rate_hz == rate_hz
        assert heard.seconds == pytest.approx(0.7, abs=1e-3)
        steps = heard.samples.astype(np.float64) * 32767
        assert steps == pytest.approx(np.rint(steps), abs=2e-3)
        assert np.array_equal((heard.pcm16() / 32767).astype(np.float32), heard.samples)


def test_layers_of_a_noise_sound_at_their_levels() -> None:
    study = study_over(UNUSED, labels=["clean", "noise=white/snr_db=10"])
    layers = (Layer("tone", {"f0_hz": 1000}), Layer("tone", {"f0_hz": 3000}, level_db=-12))
    layered = replace(study.profiles["noise/white"], severities={"": layers})
    path = SignalPath(replace(study, profiles={"noise/white": layered}))
    samples, level = path.noise("white", 16000, "u", 0)
    spectrum = 20 * np.log10(np.abs(np.fft.rfft(samples * np.hanning(16000))))
    assert spectrum[1000] - spectrum[3000] == pytest.approx(12, abs=0.05)
    assert level == pytest.approx(10 * np.log10(1 + 10**-1.2), abs=0.05)


def test_babble_has_its_pool_from_the_babble_corpus(tmp_path: Path) -> None:
    talkers = write_corpus(tmp_path, speakers=3, utterances=2)
    study = study_over(UNUSED, babble=Component("stresstest.corpora.manifest.Manifest", {"path": str(talkers)}))
    pool = babble_pool(study)
    assert len(pool) == 6
    assert {wave.rate_hz for wave in pool} == {16000}
    assert [wave.seconds for wave in pool] == pytest.approx([1.2] * 6, abs=1e-3)
    levels = [active_speech_level(wave).dbov for wave in pool]
    assert levels == pytest.approx([-26] * 6, abs=1.5)


def test_babble_without_a_corpus_says_what_to_set() -> None:
    study = study_over(UNUSED, labels=["clean", "noise=ward_babble/snr_db=5"])
    path = UtterancePath(SignalPath(study, lambda: babble_pool(study)), speechlike(0.6, 16000, 8), "u", 0)
    with pytest.raises(CorpusError, match="has a babble noise but no babble corpus; set corpus@babble=ward_visitors"):
        path.render(Condition(noise="ward_babble", snr_db=5), 16000)


def test_babble_of_speakers_under_test_is_refused(tmp_path: Path) -> None:
    manifest = write_corpus(tmp_path / "corpus")
    babble = Component("stresstest.corpora.manifest.Manifest", {"path": str(manifest)})
    study = study_over(manifest, labels=["clean", "noise=ward_babble/snr_db=5"], babble=babble)
    with pytest.raises(CorpusError, match=r"holds speakers under test: s0, s1, .*\(6 in all\)"):
        run(study, tmp_path / "out", Inline())


def test_recognizers_hear_the_same(tmp_path: Path) -> None:
    study = study_over(write_corpus(tmp_path / "corpus", speakers=1, utterances=1), reps=2)
    recognizers = {n: Component("odd_recognizers.Loudness", {"stretches": k}) for n, k in (("one", 3), ("two", 5))}
    results = run(replace(study, recognizers=recognizers), tmp_path / "out", Inline()).results
    keys = ("condition", "utterance", "rep", "audio_sha256", "speech_level_dbov", "mix_gain_db", "level_change_db")
    one, other = (
        [[row[k] for k in keys] for row in results.where(recognizer=name).table.to_pylist()] for name in recognizers
    )
    assert one == other
    noisy = [row for row in one if row[0].startswith("noise=speech_shaped")]
    assert len({row[3] for row in noisy}) == len(noisy) == 8


def test_noise_that_is_silent_is_a_failure_and_no_row_of_clean_speech(tmp_path: Path) -> None:
    write(tmp_path / "silence.wav", Waveform(np.zeros(16000, np.float32), 16000))
    study = study_over(
        write_corpus(tmp_path / "corpus", 1, 1), labels=["clean", "noise=white/snr_db=5"], render=RenderOptions()
    )
    layers = (Layer("recording", {"file": tmp_path / "silence.wav"}),)
    silent = replace(study.profiles["noise/white"], severities={"": layers})
    results = run(replace(study, profiles={"noise/white": silent}), tmp_path / "out", Inline()).results
    for row in results.table.to_pylist():
        failed = row["condition"] != "clean"
        assert row["status"] == ("failed" if failed else "ok")
        assert row["failure_kind"] == ("audio" if failed else None)
        assert (row["audio_sha256"] is None) == failed
        assert not failed or "silent" in row["failure_message"]


def test_speakers_of_one_prompt_hear_one_noise_whatever_their_length() -> None:
    study = study_over(UNUSED, labels=["clean", "noise=infusion_alarm/snr_db=5"])
    condition = Condition(noise="infusion_alarm", snr_db=5)
    short, long = (UtterancePath(SignalPath(study), speechlike(s, 16000, 7), "same words", 0) for s in (2.5, 3.5))
    one, other = short.noise(condition), long.noise(condition)[: short.noise(condition).size]
    assert np.corrcoef(one, other)[0, 1] > 0.9999
    apart = UtterancePath(SignalPath(study), speechlike(2.5, 16000, 7), "other words", 0).noise(condition)
    assert abs(np.corrcoef(one, apart)[0, 1]) < 0.5


def test_a_fluctuating_noise_has_its_standard_deviation_and_its_correlation_time() -> None:
    study = study_over(UNUSED, labels=["clean", "noise=white/snr_db=5"])
    key = "noise/white"
    steady = study.profiles[key]
    wavy = replace(study, profiles={**study.profiles, key: replace(steady, fluctuation_db=4.3, fluctuation_s=2.0)})
    frames = 1800 * 8000
    level = {}
    for name, s in (("steady", study), ("wavy", wavy)):
        samples, _ = SignalPath(replace(s, render=RenderOptions(rate_hz=8000))).noise("white", frames, "u", 0)
        level[name] = 10 * np.log10(np.square(samples).reshape(-1, 1600).mean(axis=1))
    slow = level["wavy"] - level["steady"]
    slow -= slow.mean()
    assert slow.std() == pytest.approx(4.3, rel=0.08)
    assert (slow[10:] * slow[:-10]).mean() / slow.var() == pytest.approx(np.exp(-1), abs=0.1), "after 2 s"


def test_layers_keep_their_balance_whatever_the_length_of_the_speech() -> None:
    label = "noise=icu/snr_db=5"
    study = study_over(UNUSED, labels=["clean", label])
    pool = [speechlike(4, 16000, k) for k in range(12)]
    short, long = (SignalPath(study, lambda: pool).noise("icu", round(s * 16000), "words", 0)[0] for s in (2.2, 6.0))
    np.testing.assert_allclose(short, long[: short.size], atol=1e-4 * np.abs(long).max())


def test_what_a_device_does_to_the_level_is_recorded_and_so_is_the_offset_of_a_recording(tmp_path: Path) -> None:
    speech = speechlike(1.0, 16000, 3)
    write(tmp_path / "offset.wav", speech.with_samples(speech.samples + np.float32(0.1)))
    study = study_over(UNUSED, labels=["clean", "device=reference", "channel=g711_ulaw"])
    quiet = Layer("audiomentations", {"transform": "Gain", "parameters": {"gain_db": -9.0}})
    profile = replace(study.profiles["device/reference"], severities={"": (quiet,)})
    study = replace(study, profiles={**study.profiles, "device/reference": profile})
    path = SignalPath(study).of(Utterance("u", tmp_path / "offset.wav", "words", "s", "us"))
    found = path.render(Condition(device="reference"), 16000)
    assert found.level_change_db == pytest.approx(-9, abs=0.01)
    assert found.dc_offset == pytest.approx(0.1 + speech.samples.mean(), abs=1e-4)
    assert path.render(CLEAN, 16000).level_change_db == 0
    assert abs(path.dry.samples.mean()) < 1e-6

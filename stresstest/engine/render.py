# SPDX-License-Identifier: Apache-2.0
"""The signal path: voice → room → noise → device → channel, with shared prefixes computed once an utterance."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.audio.files import read, resample
from stresstest.audio.levels import a_weighted, active_speech_level, rms_dbov, speech_level_dbov
from stresstest.audio.spectra import convolved
from stresstest.audio.waveform import FloatArray
from stresstest.conditions import Condition, layers_of
from stresstest.corpora import Utterance
from stresstest.errors import AudioError
from stresstest.perturbations import Effect, Perturbation, Room, RoomResponse, Source
from stresstest.profiles import Layer, Profile
from stresstest.seeds import rng_for
from stresstest.study import Study

PEAK = 0.99
"""A mixture whose peak exceeds this is scaled down as a whole, and the gain recorded."""
FLUCTUATION_STEP_S = 0.1
"""The slow modulation of a noise's level is drawn at these times and linear, in dB, between them."""
FAINTEST_DB = -200.0
"""The level of nothing at all."""
BALANCE_S = 10.0
"""Layers are set against each other by their levels over this time, so that speech of another length hears the same
balance; several layers are made as long as this even for shorter speech."""
EARLY_MS = 50.0
"""SNR is set on the direct sound and the reflections of this time after it."""

T = TypeVar("T")
Pool = Sequence[Waveform]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the recognizer hears, exact in 16-bit PCM, with its bookkeeping.

    speech_level_dbov: active speech level before device and channel. mix_gain_db: scaling of the whole mixture
    that kept it below full scale, 0 where none was needed. level_change_db: what device and channel did to the RMS
    level of the mixture, -200 where they let nothing through. dc_offset: mean of the recording, taken away.
    """

    wave: Waveform
    speech_level_dbov: float
    mix_gain_db: float
    level_change_db: float
    dc_offset: float


class SignalPath:
    """Renders utterances of a study under its conditions; bytes depend on the study and the utterance alone."""

    def __init__(self, study: Study, pool: Callable[[], Pool] = tuple) -> None:
        self.study = study
        self.rate_hz = study.render.rate_hz
        self._make_pool = pool
        self._memo: dict[Hashable, Any] = {}

    def of(self, utterance: Utterance, rep: int = 0) -> UtterancePath:
        """The paths of one utterance. Raises AudioError when its audio cannot be used."""
        recorded = read(utterance.audio, utterance.start, utterance.end)
        speech = resample(recorded.centered(), self.rate_hz)
        path = UtterancePath(self, speech, utterance.prompt or utterance.id, rep, utterance.speaker)
        path.dc_offset = float(recorded.samples.mean(dtype=np.float64))
        return path

    @property
    def pool(self) -> Pool:
        """Other speakers' speech for babble."""
        return once(self._memo, "pool", self._make_pool)

    def layers(self, stage: str, reference: str | None) -> tuple[tuple[Layer, Perturbation], ...]:
        """The built layers of a profile; none where the stage does nothing."""
        if reference is None:
            return ()
        return once(self._memo, (stage, reference), lambda: layers_of(*self.study.profile(stage, reference)))

    def room(self, reference: str) -> RoomResponse:
        """The response of a room: one draw for the whole study, the same for every utterance."""
        name = self.study.profile("room", reference)[0].name
        kind = cast(Room, self.layers("room", reference)[0][1])
        return once(
            self._memo,
            ("response", reference),
            lambda: kind.response(self.rate_hz, rng_for(self.study.seed, "room", name)),
        )

    def noise(self, reference: str, frames: int, key: str, rep: int) -> tuple[NDArray[np.float32], float]:
        """`frames` of noise and the level to which an SNR refers, in dBov under the study's weighting and reference.

        Raises AudioError for noise that is silent: speech is never passed off as noisy.
        """
        profile, _ = self.study.profile("noise", reference)
        total, active = np.zeros(frames, np.float32), np.zeros(frames, bool)
        layers = self.layers("noise", reference)
        span = round(BALANCE_S * self.rate_hz)
        length = max(frames, span) if len(layers) > 1 else frames
        for k, (layer, source) in enumerate(layers):
            rng = rng_for(self.study.seed, "noise", profile.name, k, key, rep)
            pool = self.pool if cast(Source, source).needs_pool else ()
            sound = cast(Source, source).generate(length, self.rate_hz, rng, pool)
            level = _level(sound.samples[:span], sound.active[:span], profile.name)
            total += np.multiply(
                sound.samples[:frames], 10 ** ((layer.level_db - level) / 20), dtype=np.float32, casting="same_kind"
            )
            active |= sound.active[:frames]
        if profile.fluctuation_db:
            total *= self._fluctuation(profile, frames, rng_for(self.study.seed, "fluctuation", profile.name, key, rep))
        weighted = a_weighted(total, self.rate_hz) if self.study.render.snr_weighting == "A" else total
        long_term = (self.study.render.snr_reference or profile.snr_reference) == "long_term"
        return total, _level(weighted, np.ones(frames, bool) if long_term else active, profile.name)

    def _fluctuation(self, profile: Profile, frames: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """A slow random gain: its level in dB is normal with the profile's SD and an exponential correlation."""
        step = round(FLUCTUATION_STEP_S * self.rate_hz)
        keep = math.exp(-FLUCTUATION_STEP_S / profile.fluctuation_s)
        drawn = rng.standard_normal(frames // step + 2)
        drawn[1:] *= math.sqrt(1 - keep**2)
        level_db = list(itertools.accumulate(drawn, lambda last, new: keep * last + new))
        slow_db = np.interp(np.arange(frames), np.arange(drawn.size) * step, level_db) * profile.fluctuation_db
        gain: NDArray[np.float64] = 10 ** (slow_db / 20)
        return gain


class UtterancePath:
    """One utterance on its way through the signal path. Each prefix that conditions share is computed once."""

    def __init__(self, path: SignalPath, speech: Waveform, key: str, rep: int, speaker: str = "") -> None:
        self.path, self.key, self.speaker, self.rep = path, key, speaker, rep
        self._memo: dict[Hashable, Any] = {}
        self.dc_offset = 0.0
        # measured with the padding, so that the level does not depend on how tightly a file is trimmed
        level = active_speech_level(_padded(speech, path.study.render.padding_ms)).dbov
        self.dry = speech.scaled_db(path.study.render.speech_level_dbov - level)

    def render(self, condition: Condition, rate_hz: int) -> Rendered:
        """The signal for a recognizer that wants `rate_hz`. Raises AudioError."""
        c = condition
        captured = self.captured(c)
        if c.speech_dba is None:
            captured, first_gain = _below_full_scale(captured)
            mixed = self._effects(captured, "device", c.device, "mixture")
        else:
            mixed, first_gain = self._at_absolute_level(captured, c), 0.0
        sent = self._effects(mixed, "channel", c.channel, "mixture")
        change_db = _loudness(sent) - _loudness(captured) + self._gain_to_absolute_db(c)
        final, second_gain = _below_full_scale(resample(sent, rate_hz))
        heard = Waveform(final.pcm16().astype(np.float32) / np.float32(32767), rate_hz)
        change_db = round(max(change_db, FAINTEST_DB), 3) + 0.0
        return Rendered(heard, self.speech_level(c), first_gain + second_gain, change_db, self.dc_offset)

    def captured(self, c: Condition) -> Waveform:
        """Speech and noise after the paths of the device, added; no longer at the study's speech level where the
        condition gives an absolute one, but with 0 dBov standing for the full scale of the device."""
        captured = self.speech_at_device(c)
        if c.noise is not None:
            noise = self.noise_at_device(c) * np.float32(10 ** (self.noise_gain_db(c) / 20))
            captured = captured.with_samples(captured.samples + noise)
        return captured if c.speech_dba is None else captured.scaled_db(self._gain_to_absolute_db(c))

    def _gain_to_absolute_db(self, c: Condition) -> float:
        """From the study's speech level to the level at the device, relative to its full scale."""
        if c.speech_dba is None:
            return 0.0
        full_scale = cast(float, self.path.study.profile("device", cast(str, c.device))[0].full_scale_spl_db)
        level = once(self._memo, ("A level", c.voice, c.room), lambda: speech_level_dbov(self.speech(c)[1], "A"))
        return c.speech_dba - full_scale - level

    def _at_absolute_level(self, wave: Waveform, c: Condition) -> Waveform:
        """The device at the level at which it really hears, overload included, and back to the study's level.

        The way back is a fixed preamplifier; it lies before the first effect that sets the level itself.
        """
        back = -self._gain_to_absolute_db(c)
        wave = wave.with_samples(np.clip(wave.samples, -1, 1))
        for k, (layer, effect) in enumerate(self.path.layers("device", c.device)):
            if layer.path == "mixture":
                if getattr(effect, "sets_level", False):
                    wave, back = wave.scaled_db(back), 0.0
                wave = self._effect(wave, "device", cast(str, c.device), k, cast(Effect, effect))
        return wave.scaled_db(back)

    def voiced(self, voice: str | None) -> Waveform:
        """The speech after the voice stage, with padding, before the room."""

        def make() -> Waveform:
            return _padded(self._effects(self.dry, "voice", voice, "mixture"), self.path.study.render.padding_ms)

        return once(self._memo, ("voice", voice), make)

    def speech(self, c: Condition) -> tuple[Waveform, Waveform]:
        """The speech after the room, and its direct and early part, on which the SNR is set; equal without a room."""

        def make() -> tuple[Waveform, Waveform]:
            voiced = self.voiced(c.voice)
            if c.room is None:
                return voiced, voiced
            response = self.path.room(c.room)
            early = response.samples[: response.direct + round(EARLY_MS / 1000 * voiced.rate_hz)]
            return convolved(voiced, response.samples, response.direct), convolved(voiced, early, response.direct)

        return once(self._memo, ("room", c.voice, c.room), make)

    def speech_level(self, c: Condition) -> float:
        """Active speech level of the direct and early speech, in dBov, not weighted."""
        return once(self._memo, ("level", c.voice, c.room), lambda: active_speech_level(self.speech(c)[1]).dbov)

    def noise_gain_db(self, c: Condition) -> float:
        """The gain that brings the noise of a condition to its SNR."""
        render = self.path.study.render

        def reference_level() -> float:
            weighting = render.snr_weighting
            level = speech_level_dbov(self.speech(c)[1], weighting) if weighting else self.speech_level(c)
            if render.level_mode == "fixed_noise":
                level -= self.speech_level(Condition(voice=c.voice)) - self.speech_level(Condition())
            return level

        level = once(self._memo, ("reference level", c.voice, c.room), reference_level)
        return level - cast(float, c.snr_db) - self._noise(c)[1]

    def noise(self, c: Condition) -> NDArray[np.float32]:
        """The noise of a condition at its SNR, before the device."""
        return (self._noise(c)[0] * 10 ** (self.noise_gain_db(c) / 20)).astype(np.float32)

    def speech_at_device(self, c: Condition) -> Waveform:
        """The speech after the device's path for speech."""
        key = ("speech path", c.voice, c.room, c.device)
        return once(self._memo, key, lambda: self._effects(self.speech(c)[0], "device", c.device, "speech"))

    def noise_at_device(self, c: Condition) -> NDArray[np.float32]:
        """The noise after the device's path for noise, before its gain: the path is linear, the SNR axis shares it."""
        samples, _ = self._noise(c)

        def make() -> Waveform:
            return self._effects(Waveform(samples, self.path.rate_hz), "device", c.device, "noise")

        return once(self._memo, ("noise path", c.noise, samples.size, c.device), make).samples

    def _noise(self, c: Condition) -> tuple[NDArray[np.float32], float]:
        noise, frames = cast(str, c.noise), self.voiced(c.voice).samples.size
        return once(self._memo, ("noise", noise, frames), lambda: self.path.noise(noise, frames, self.key, self.rep))

    def _effects(self, wave: Waveform, stage: str, reference: str | None, signal: str) -> Waveform:
        """`wave` through those layers of a profile that act on `signal`."""
        for k, (layer, effect) in enumerate(self.path.layers(stage, reference)):
            if layer.path == signal:
                wave = self._effect(wave, stage, cast(str, reference), k, cast(Effect, effect))
        return wave

    def _effect(self, wave: Waveform, stage: str, reference: str, k: int, effect: Effect) -> Waveform:
        """`wave` through the k-th layer of a profile, as this speaker shows it."""
        seed, name = self.path.study.seed, self.path.study.profile(stage, reference)[0].name
        own = effect.for_speaker(rng_for(seed, "speaker", self.speaker))
        return own.apply(wave, rng_for(seed, stage, name, k, self.key, self.rep))


def render_noise(path: SignalPath, reference: str, seconds: float) -> Waveform:
    """A noise profile alone, at an RMS of -26 dBov over its active part, for plots and for listening."""
    samples, level = path.noise(reference, round(seconds * path.rate_hz), "specimen", 0)
    wave = Waveform((samples * 10 ** ((-26 - level) / 20)).astype(np.float32), path.rate_hz)
    return _below_full_scale(wave)[0]


def once(memo: dict[Hashable, Any], key: Hashable, make: Callable[[], T]) -> T:
    """The value under `key`, made at the first call."""
    if key not in memo:
        memo[key] = make()
    return cast(T, memo[key])


def _level(samples: FloatArray, active: NDArray[np.bool_], name: str) -> float:
    heard = samples if active.all() else samples[active]
    level = rms_dbov(heard) if heard.any() else -math.inf
    if not level > -150:
        raise AudioError(
            f"The noise {name!r} is silent over the whole utterance, so it can have no SNR; use another noise."
        )
    return level


def _loudness(wave: Waveform) -> float:
    return rms_dbov(wave.samples) if wave.samples.any() else FAINTEST_DB


def _padded(wave: Waveform, padding_ms: float) -> Waveform:
    pad = np.zeros(round(padding_ms / 1000 * wave.rate_hz), np.float32)
    return wave.with_samples(np.concatenate([pad, wave.samples, pad]))


def _below_full_scale(wave: Waveform) -> tuple[Waveform, float]:
    peak = float(np.abs(wave.samples).max())
    if peak <= PEAK:
        return wave, 0.0
    gain = 20 * math.log10(PEAK / peak)
    return wave.scaled_db(gain), gain

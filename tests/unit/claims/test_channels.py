# SPDX-License-Identifier: Apache-2.0
"""The instruments of channels hold what is right and catch a codec or a network that is not what it says."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pytest

from stresstest.audio import Waveform
from stresstest.claims.adpcm import Adpcm as AdpcmInstrument
from stresstest.claims.codec import FACTS
from stresstest.claims.codec import Codec as CodecInstrument
from stresstest.claims.cvsd import Cvsd as CvsdInstrument
from stresstest.claims.g711 import G711 as G711Instrument
from stresstest.claims.gsm import Gsm as GsmInstrument
from stresstest.claims.jitter import Jitter as JitterInstrument
from stresstest.claims.packet_loss import PacketLoss as PacketLossInstrument
from stresstest.perturbations import Effect
from stresstest.perturbations._av import CODERS
from stresstest.perturbations.adpcm import Adpcm
from stresstest.perturbations.codec import Codec
from stresstest.perturbations.cvsd import Cvsd
from stresstest.perturbations.g711 import G711
from stresstest.perturbations.gsm import Gsm
from stresstest.perturbations.jitter import Jitter
from stresstest.perturbations.packet_loss import PacketLoss

INSTRUMENTS: dict[type, Any] = {
    Adpcm: AdpcmInstrument(),
    Codec: CodecInstrument(),
    Cvsd: CvsdInstrument(),
    G711: G711Instrument(),
    Gsm: GsmInstrument(),
    Jitter: JitterInstrument(),
    PacketLoss: PacketLossInstrument(),
}


def _missed(kind: Effect) -> set[str]:
    """What a claim that is not held is about, without its numbers."""
    instrument = next(i for cls, i in INSTRUMENTS.items() if isinstance(kind, cls))
    return {claim.what.split(" at a rate")[0] for claim in instrument.claims(kind) if not claim.held}


@pytest.mark.parametrize("kind", [Adpcm(32), Cvsd(), G711("a"), Gsm()], ids=lambda k: type(k).__name__)
def test_a_narrowband_codec_is_what_it_says(kind: Effect) -> None:
    assert not _missed(kind)


@pytest.mark.parametrize(("name", "kbps"), [(name, coder.kbps[-1]) for name, coder in CODERS.items()])
def test_every_codec_of_ffmpeg_is_what_it_says(name: str, kbps: float) -> None:
    assert name in FACTS
    assert not _missed(Codec(name, kbps))


LATE = 5


def _late(wave: Waveform) -> Waveform:
    late = round(LATE / 16000 * wave.rate_hz)
    return wave.with_samples(np.concatenate([np.zeros(late, np.float32), wave.samples])[: wave.samples.size])


def test_a_codec_with_a_delay_is_caught() -> None:
    @dataclass(frozen=True)
    class Delayed(Codec):
        def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
            return _late(super().apply(wave, rng))

    @dataclass(frozen=True)
    class DelayedGsm(Gsm):
        def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
            return _late(super().apply(wave, rng))

    assert _missed(Delayed("g722", 64)) == {"lag"}
    assert _missed(DelayedGsm()) == {"lag"}


def test_a_codec_at_another_rate_or_of_another_kind_is_caught() -> None:
    @dataclass(frozen=True)
    class Other(Codec):
        def sent(self, pcm: Any) -> list[bytes]:
            return Codec("amr_nb", 10.2).sent(pcm)

        def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
            return Codec("g723_1", 6.3).apply(wave, rng)

    @dataclass(frozen=True)
    class OtherBits(Adpcm):
        def sent(self, pcm: Any) -> bytes:
            return Adpcm(24).sent(pcm)

    assert _missed(Other("amr_nb", 12.2)) == {"bit rate"}
    assert _missed(Other("g723_1", 6.3)) == {"bit rate", "length of a packet"}
    assert _missed(Other("g722", 64)) >= {"bit rate", "upper end of the band"}
    assert _missed(OtherBits(32)) == {"bit rate"}


def test_the_other_law_and_a_coarser_one_are_caught() -> None:
    @dataclass(frozen=True)
    class Swapped(G711):
        def sent(self, pcm: Any) -> bytes:
            return G711("a").sent(pcm)

    @dataclass(frozen=True)
    class Coarse(G711):
        def sent(self, pcm: Any) -> bytes:
            return super().sent((pcm // 512 * 512).astype(np.int16))

    assert _missed(Swapped("mu")) == {"step of the decoder at zero"}
    assert "signal over coding noise at -25 dBov" in _missed(Coarse("mu"))


def test_a_delta_modulation_with_other_steps_is_caught() -> None:
    class Steeper(Cvsd):
        def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
            return super().apply(wave.scaled_db(-6), rng).scaled_db(6)

    assert _missed(Steeper()) == {"height of a 2 kHz tone that overloads the slope"}


def test_frames_lost_more_often_or_in_longer_runs_are_caught() -> None:
    @dataclass(frozen=True)
    class Worse(Codec):
        actual: tuple[float, float] = (5, 3)

        def received(self, packets: Any, rng: np.random.Generator) -> list[bytes]:
            return Codec("amr_nb", 12.2, *self.actual).received(packets, rng)

    assert not _missed(Worse("amr_nb", 12.2, 5, 3))
    assert _missed(Worse("amr_nb", 12.2, 5, 3, actual=(5.6, 3))) == {"share of lost packets"}
    assert _missed(Worse("amr_nb", 12.2, 5, 3, actual=(5, 3.3))) == {"mean run of lost packets"}


@dataclass(frozen=True)
class Network(PacketLoss):
    """A network that departs in `actual` from what it says; where it says silence, it conceals by silence."""

    actual: tuple[tuple[str, Any], ...] = ()

    def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
        says = {field.name: getattr(self, field.name) for field in fields(PacketLoss)}
        does = {k: v for k, v in self.actual if k != "concealment" or self.concealment != "zero"}
        return PacketLoss(**{**says, **does}).apply(wave, rng)


@pytest.mark.parametrize("concealment", ["zero", "repeat", "g711_plc"])
def test_a_network_is_what_it_says(concealment: str) -> None:
    assert not _missed(PacketLoss(5, 3, concealment=concealment))
    assert not _missed(PacketLoss(5, 10, 30, concealment, bad_loss_percent=60, good_loss_percent=1))
    assert not _missed(Jitter(20, 40, 0.5, concealment=concealment))


@pytest.mark.parametrize("played", ["zero", "repeat"])
def test_another_concealment_is_caught(played: str) -> None:
    kind = Network(5, 3, concealment="g711_plc", actual=(("concealment", played),))
    assert _missed(kind) == {"sound into a long gap", "level 20 to 28 ms into a gap"}
    assert _missed(Network(5, 3, concealment="repeat", actual=(("concealment", "g711_plc"),)))


@pytest.mark.parametrize(
    ("actual", "missed"),
    [
        (("loss_percent", 5.5), "share of lost packets"),
        (("mean_burst", 3.4), "mean run of lost packets"),
        (("packet_ms", 10), "length of a packet"),
        (("loss_percent", 0), "mean run of lost packets"),
    ],
)
def test_other_losses_or_packets_are_caught(actual: tuple[str, Any], missed: str) -> None:
    assert missed in _missed(Network(5, 3, concealment="zero", actual=(actual,)))


def test_a_network_without_memory_of_its_bad_state_is_caught() -> None:
    kind = PacketLoss(5, 25, concealment="zero", bad_loss_percent=50, good_loss_percent=0.5)
    assert not _missed(replace(kind, mean_burst=8))
    assert any("packets apart" in what for what in _missed(Network(**vars(kind), actual=(("mean_burst", 8),))))


def test_another_jitter_or_correlation_is_caught() -> None:
    @dataclass(frozen=True)
    class Wilder(Jitter):
        actual_ms: float = 22
        actual_correlation: float = 0.5

        def apply(self, wave: Waveform, rng: np.random.Generator) -> Waveform:
            kind = Jitter(self.actual_ms, self.buffer_ms, self.actual_correlation, self.packet_ms, self.concealment)
            return kind.apply(wave, rng)

    assert "share of lost packets" in _missed(Wilder(20, 40, 0.5, concealment="repeat"))
    assert "mean run of lost packets" in _missed(Wilder(20, 40, 0.4, concealment="repeat", actual_ms=20))

# SPDX-License-Identifier: Apache-2.0
"""Packets that do not arrive: which ones, and what the receiver plays in their place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.errors import ParameterError, allowed
from stresstest.perturbations._appendix_i import concealed
from stresstest.seeds import fork

CONCEALMENTS = ("zero", "repeat", "g711_plc")

Flags = NDArray[np.bool_]


def check_concealment(name: object) -> None:
    """The name of a concealment; raises ParameterError."""
    if name not in CONCEALMENTS:
        raise ParameterError("concealment", f"unknown concealment {name!r}; {allowed(name, CONCEALMENTS)}")


def check_loss(loss: float, burst: float, bad: float = 100.0, good: float = 0.0) -> None:
    """That the numbers of the Gilbert–Elliott model, each in its own limits, go together; raises ParameterError."""
    if not good <= loss < bad:
        message = (
            f"loss_percent must lie between those of the good state ({good:g}) and the bad ({bad:g}); got {loss:g}"
        )
        raise ParameterError("loss_percent", message)
    if (least := (loss - good) / (bad - loss)) > burst:
        message = f"mean_burst must be at least {least:.3g} at {loss:g} % loss; got {burst!r}"
        raise ParameterError("mean_burst", message)


def gilbert_elliott(
    packets: int,
    rng: np.random.Generator,
    loss_percent: float,
    mean_burst: float,
    bad_percent: float = 100.0,
    good_percent: float = 0.0,
) -> Flags:
    """Which of `packets` packets are lost, bool of shape (packets,); the chain starts in its stationary state.

    A bad state lasts `mean_burst` packets on average and loses `bad_percent` of them, a good one `good_percent`; the
    share of bad states is such that `loss_percent` are lost in all. r = 1 / mean_burst, p = r × bad / good.
    """
    share = (loss_percent - good_percent) / (bad_percent - good_percent)
    to_good, to_bad = 1 / mean_burst, share / (1 - share) / mean_burst
    of_states, of_losses = (rng, None) if (bad_percent, good_percent) == (100, 0) else fork(rng, 2)
    draws = of_states.random(packets + 1)
    bad = bool(draws[0] < share)
    states = np.empty(packets, np.bool_)
    for index, draw in enumerate(draws[1:]):
        states[index] = bad
        bad = draw >= to_good if bad else draw < to_bad
    if of_losses is None:
        return states
    lost: Flags = of_losses.random(packets) * 100 < np.where(states, bad_percent, good_percent)
    return lost


def packet_frames(packet_ms: float, rate_hz: int) -> int:
    """Samples a packet, at least one."""
    return max(1, round(packet_ms / 1000 * rate_hz))


def received(wave: Waveform, lost: Flags, size: int, concealment: str) -> Waveform:
    """What the receiver plays when the packets of `size` samples that `lost` marks, shape (packets,), do not arrive.

    `zero`: silence. `repeat`: the last packet that arrived, silence before the first. `g711_plc`: the concealment of
    ITU-T G.711 Appendix I.
    """
    if concealment == "g711_plc":
        return wave.with_samples(concealed(wave.samples, np.repeat(lost, size)[: wave.samples.size], wave.rate_hz))
    padded = np.pad(wave.samples, (0, lost.size * size - wave.samples.size)).reshape(lost.size, size)
    arrived = np.maximum.accumulate(np.where(lost, -1, np.arange(lost.size)))
    played = padded[arrived]
    played[lost if concealment == "zero" else arrived < 0] = 0
    return wave.with_samples(played.ravel()[: wave.samples.size])

# SPDX-License-Identifier: Apache-2.0
"""Packets that do not arrive: which ones, and what the receiver plays in their place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import Waveform
from stresstest.errors import ParameterError, allowed
from stresstest.perturbations._appendix_i import concealed
from stresstest.perturbations.base import check_number
from stresstest.seeds import fork

CONCEALMENTS = ("zero", "repeat", "g711_plc")

Flags = NDArray[np.bool_]


def check_packets(packet_ms: object, concealment: object) -> None:
    """The length of a packet and the name of a concealment; raises ParameterError."""
    check_number("packet_ms", packet_ms, 1, 200, "ms")
    if concealment not in CONCEALMENTS:
        tail = allowed(concealment, CONCEALMENTS)
        raise ParameterError("concealment", f"unknown concealment {concealment!r}; {tail}")


def check_loss(
    loss_percent: object, mean_burst: object, bad_percent: object = 100.0, good_percent: object = 0.0
) -> None:
    """The four numbers of the Gilbert–Elliott model, together possible; raises ParameterError."""
    loss = check_number("loss_percent", loss_percent, 0, 90, "% of the packets")
    burst = check_number("mean_burst", mean_burst, 1, 100, "packets")
    bad = check_number("bad_loss_percent", bad_percent, 10, 100, "% of the packets")
    good = check_number("good_loss_percent", good_percent, 0, 9, "% of the packets")
    if not good <= loss < bad:
        message = (
            f"loss_percent must lie between those of the good and the bad state ({good:g} and {bad:g}); got {loss:g}"
        )
        raise ParameterError("loss_percent", message)
    if (least := (loss - good) / (bad - loss)) > burst:
        raise ParameterError(
            "mean_burst", f"mean_burst must be at least {least:.3g} at {loss:g} % loss; got {mean_burst!r}"
        )


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

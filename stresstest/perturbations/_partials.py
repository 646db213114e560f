# SPDX-License-Identifier: Apache-2.0
"""Sums of partials."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BLOCK = 16


def phasor(phase_cycles: NDArray[np.float64], frames: int) -> NDArray[np.complex128]:
    """exp(2πi·phase) for `frames` samples from the phase, in cycles, at every BLOCK-th sample; linear between.

    Sines of every sample would cost five times as much.
    """
    turns = 2j * np.pi
    steps = np.exp(turns * np.diff(phase_cycles) / BLOCK)
    rows = np.empty((BLOCK, steps.size), np.complex128)
    rows[0] = np.exp(turns * (phase_cycles[:-1] % 1))
    for row in range(1, BLOCK):
        np.multiply(rows[row - 1], steps, out=rows[row])
    return rows.T.ravel()[:frames]


def knots(frames: int) -> NDArray[np.float64]:
    """The samples at which `phasor` wants the phase."""
    return np.arange(0, frames + 2 * BLOCK, BLOCK, dtype=np.float64)[: -(-frames // BLOCK) + 1]


def harmonic_sum(fundamental: NDArray[np.complex128], amplitudes: Sequence[tuple[int, complex]]) -> NDArray[np.float64]:
    """The imaginary part of Σ c·z^k over pairs (k, c), by Horner's scheme."""
    coefficients = dict(amplitudes)
    total = np.full(fundamental.shape, coefficients[max(coefficients)], np.complex128)
    for k in range(max(coefficients) - 1, -1, -1):
        total *= fundamental
        if k in coefficients:
            total += coefficients[k]
    return np.ascontiguousarray(total.imag)


def partial_sum(
    phase_cycles: NDArray[np.float64], frames: int, amplitudes: Sequence[tuple[float, complex]]
) -> NDArray[np.float64]:
    """The imaginary part of Σ c·exp(2πik·phase) over pairs (k, c), the phase as for `phasor`; k need not be whole."""
    whole = [(int(k), c) for k, c in amplitudes if k == int(k)]
    total = harmonic_sum(phasor(phase_cycles, frames), whole) if whole else np.zeros(frames)
    for k, c in amplitudes:
        if k != int(k):
            total += (c * phasor(k * phase_cycles, frames)).imag
    return total

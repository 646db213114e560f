# SPDX-License-Identifier: Apache-2.0
"""The only maker of random generators: chance is an argument, derived from names."""

from __future__ import annotations

import hashlib

import numpy as np


def rng_for(seed: int, *names: str | int) -> np.random.Generator:
    """A generator that depends on `seed` and `names` alone, the same on every machine and in every process.

    A BLAKE2b hash of the names keys a Philox counter generator. Severity, SNR and recognizer are left out of
    the names on purpose: along an SNR axis and across systems the same noise is only rescaled, so that every
    comparison is paired (common random numbers).

    >>> rng_for(1, "noise", "u1").integers(1000) == rng_for(1, "noise", "u1").integers(1000)
    True
    """
    text = "\x1f".join([str(int(seed)), *map(str, names)])
    key = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "little")
    return np.random.Generator(np.random.Philox(key=key))


def fork(rng: np.random.Generator, count: int) -> list[np.random.Generator]:
    """`count` independent generators drawn from `rng`: one for each thing whose number of draws depends on a length.

    >>> [g.integers(1000) for g in fork(rng_for(1), 2)] == [g.integers(1000) for g in fork(rng_for(1), 2)]
    True
    """
    keys = rng.integers(2**63, size=(count, 2), dtype=np.uint64)
    return [np.random.Generator(np.random.Philox(key=key)) for key in keys]

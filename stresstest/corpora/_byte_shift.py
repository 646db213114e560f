# SPDX-License-Identifier: Apache-2.0
"""Audio that was copied as if it were text.

A transfer that turns line feeds into carriage return and line feed, or back, adds or drops bytes inside the samples.
From there on the two bytes of a 16-bit sample come from two neighbors, until the next such byte: speech becomes noise
of full scale. Read one byte later such a stretch is speech again, which is how it is recognized here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stresstest.audio import files
from stresstest.errors import AudioError, CorpusError

BLOCK = 64
"""Samples: 4 ms at 16 kHz, less than the 8 ms between two bytes of one value."""

MOST_SHIFTED = 0.05
"""Share of blocks that may be smoother one byte later; in undamaged speech hardly one in a thousand is."""

MOST_FILES = 200
"""Files examined, spread evenly; damage of this kind is in most files of a copy."""


def refuse_shifted(audio: Sequence[Path]) -> None:
    """Raises CorpusError, naming the file, where samples of a 16-bit recording are out of step with their bytes."""
    for file in audio[:: max(1, len(audio) // MOST_FILES)]:
        try:
            samples = files.read(file).samples
        except AudioError as error:
            raise CorpusError(
                f"{file}: cannot be read ({error}). A copy made as text, with its line endings changed, looks like "
                "this; copy the data set again in binary mode."
            ) from error
        share = shifted_share(np.round(samples * 32768).astype(np.int32).clip(-32768, 32767).astype(np.int16))
        if share > MOST_SHIFTED:
            raise CorpusError(
                f"{file}: {share:.0%} of the recording is noise that turns into speech when it is read one byte later; "
                f"allowed is {MOST_SHIFTED:.0%}. This copy was made as text, with its line endings changed. Copy the "
                "data set again in binary mode; the damage cannot be undone."
            )


def shifted_share(samples: NDArray[np.int16]) -> float:
    """Share of whole blocks of BLOCK samples whose first difference has less energy one byte later.

    0 for less than a block, and for 8-bit speech in 16 bits, whose low bytes are all zero.
    """
    words = samples.view(np.uint16).astype(np.uint32)
    later = ((words[:-1] >> 8) | (words[1:] << 8)).astype(np.uint16).view(np.int16)
    if later.size < BLOCK or not np.any(words & 0xFF):
        return 0.0
    return float(np.mean(_roughness(later) < _roughness(samples[:-1])))


def _roughness(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """Energy of the first difference, a block."""
    values = samples[: samples.size // BLOCK * BLOCK].astype(np.float64).reshape(-1, BLOCK)
    energy: NDArray[np.float64] = np.square(np.diff(values)).sum(axis=1)
    return energy

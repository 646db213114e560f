# SPDX-License-Identifier: Apache-2.0
"""Waveforms, files, levels and spectra; pure functions on numpy arrays."""

from stresstest.audio.waveform import Waveform

__all__ = ["Waveform"]

# SPDX-License-Identifier: Apache-2.0
"""A Kaldi data directory with segments: three recordings, an utterance without text and one without an accent."""

from __future__ import annotations

from pathlib import Path

from specimens import sound, text


def make(folder: Path) -> Path:
    for name in ("r1", "r2"):
        sound(folder / "audio" / f"{name}.wav", seconds=2.0)
    sound(folder / "audio" / "r3.flac")
    text(folder / "wav.scp", "r1 audio/r1.wav\nr2 audio/r2.wav\nr3 audio/r3.flac\n")
    text(
        folder / "segments", "s1-r1-a r1 0.1 0.9\ns1-r1-b r1 1.0 -1\ns2-r2-a r2 0 2\ns2-r3-a r3 0 0.5\ns3-r2-a r2 0 1\n"
    )
    text(folder / "text", "s1-r1-a give two tablets\ns1-r1-b now\ns2-r2-a  gib zwei Tabletten\ns3-r2-a no accent\n")
    text(folder / "utt2spk", "s1-r1-a s1\ns1-r1-b s1\ns2-r2-a s2\ns2-r3-a s2\ns3-r2-a s3\n")
    text(folder / "utt2accent", "s1-r1-a Scottish English\ns1-r1-b Scottish English\ns2-r2-a German\ns2-r3-a German\n")
    text(folder / "spk2gender", "s1 f\ns2 m\ns3 m\n")
    return folder

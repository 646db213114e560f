# SPDX-License-Identifier: Apache-2.0
"""Peak memory of rendering one long file through room, noise, device and channel; it is bounded by the file's length.

Usage: python scripts/bench/long_file.py [--minutes M] [STAGE…]

Each row is a process of its own, so that its peak is its own: the libraries alone, the file read and leveled, and the
path stage by stage. A row's ratio is what it takes beyond the libraries, over the file's samples in single precision.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from _bench import table
from grid48 import study

from stresstest.conditions import Condition
from stresstest.corpora import Utterance
from stresstest.engine.render import SignalPath
from stresstest.provenance import peak_memory_mb
from stresstest.seeds import rng_for

RATE_HZ = 16000
ROWS = {
    "libraries": None,
    "clean": Condition(),
    "room": Condition(room="patient_room"),
    "noise": Condition(room="patient_room", noise="hvac_nc35", snr_db=10),
    "device": Condition(room="patient_room", noise="hvac_nc35", snr_db=10, device="irs_handset"),
    "channel": Condition(room="patient_room", noise="hvac_nc35", snr_db=10, device="irs_handset", channel="g711_ulaw"),
}


def write_speech(file: Path, minutes: float) -> None:
    """Noise in syllables, minute by minute, in 16-bit PCM."""
    t = np.arange(round(60 * RATE_HZ)) / RATE_HZ
    swell = np.clip(np.sin(2 * np.pi * 3 * t), 0, None)
    with soundfile.SoundFile(file, "w", RATE_HZ, 1, "PCM_16") as out:
        for minute in range(round(minutes)):
            out.write(0.1 * swell * rng_for(minute, "bench").standard_normal(t.size))


def render(row: str, file: Path) -> None:
    """One row, in this process; what it took on standard output."""
    condition, start = ROWS[row], time.process_time()
    if condition is not None:
        path = SignalPath(study([condition] if condition.path else []))
        utterance = Utterance(id="long", audio=file, text="a", speaker="s", accent="a")
        path.of(utterance).render(condition, RATE_HZ).wave.pcm16_sha256()
    print(json.dumps({"peak_mb": peak_memory_mb(), "cpu_s": time.process_time() - start}))


def main() -> None:
    """Write the file, render it in a process a row, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("rows", nargs="*", default=list(ROWS))
    args = parser.parse_args()
    if args.child:
        return render(args.rows[0], args.child)
    samples_mb = 60 * args.minutes * RATE_HZ * 4 / 1e6
    lines, base = [("samples of the file", f"{samples_mb:.0f} MB")], 0.0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "long.wav")
        write_speech(file, args.minutes)
        for row in args.rows:
            command = [sys.executable, __file__, "--child", str(file), row]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            base = found["peak_mb"] if row == "libraries" else base
            beyond = found["peak_mb"] - base
            text = f"{found['peak_mb']:.0f} MB, {beyond / samples_mb:.1f} times the samples; {found['cpu_s']:.1f} s"
            lines.append((f"to the {row}" if row not in ("libraries", "clean") else row, text))
    table(f"peak memory of a file of {args.minutes:g} minutes", lines, "soxr", "soundfile")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""A process of its own that speaks texts with espeak-ng: `python _espeak_worker.py LIBRARY DATA < jobs > speech`.

Each line of input is a JSON list [voice, pitch, range, words per minute, text]; the answer is the number of 16-bit
samples as four little-endian bytes, then the samples at 22.05 kHz.

espeak-ng keeps state from one text to the next and seeds its breath noise with the time of day. Each text is
therefore spoken by a freshly forked child that initializes the library and sets the seed (espeak_ng_SetRandSeed):
the bytes depend on the job alone. Fork is safe here, and only here, because this process has one thread. It imports
nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
import sys
from typing import Any

RATE_HZ = 22050
SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: the callback gets the samples in this thread
RATE, PITCH, RANGE = 1, 3, 4  # espeak_PARAMETER
UTF8 = 1  # espeakCHARS_UTF8
DONT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT


def speak(library: Any, data: str, voice: str, pitch: int, pitch_range: int, rate: int, text: str) -> bytes:
    """16-bit PCM of one text; changes the state of the library."""
    pieces: list[bytes] = []

    def keep(samples: int | None, count: int, _events: int | None) -> int:
        if samples and count > 0:
            pieces.append(ctypes.string_at(samples, 2 * count))
        return 0

    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(keep)
    rate_hz = library.espeak_Initialize(SYNCHRONOUS, 0, data.encode(), DONT_EXIT)
    if rate_hz != RATE_HZ:
        raise RuntimeError(f"espeak-ng starts with {rate_hz} instead of {RATE_HZ} Hz")
    library.espeak_ng_SetRandSeed(ctypes.c_long(1))
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise RuntimeError(f"espeak-ng has no voice {voice!r}")
    for parameter, value in ((RATE, rate), (PITCH, pitch), (RANGE, pitch_range)):
        library.espeak_SetParameter(parameter, value, 0)
    content = text.encode() + b"\0"
    status = library.espeak_Synth(content, ctypes.c_size_t(len(content)), 0, 1, 0, UTF8, None, None)
    if status != 0:
        raise RuntimeError(f"espeak-ng answers {status} to {text!r}")
    library.espeak_Synchronize()
    return b"".join(pieces)


def speak_in_child(library: Any, data: str, job: list[Any]) -> bytes:
    """16-bit PCM of one job, spoken in a forked process. Raises RuntimeError where that process fails."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(speak(library, data, *job))
            status = 0
        except RuntimeError as error:
            print(error, file=sys.stderr, flush=True)
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        speech = pipe.read()
    if os.waitpid(child, 0)[1] != 0 or not speech:
        raise RuntimeError(f"espeak-ng does not speak {job}")
    return speech


def main() -> None:
    """Answer every line of standard input."""
    library, data = ctypes.CDLL(sys.argv[1]), sys.argv[2]
    for line in sys.stdin:
        try:
            speech = speak_in_child(library, data, json.loads(line))
        except RuntimeError as error:
            sys.exit(str(error))
        sys.stdout.buffer.write(struct.pack("<I", len(speech) // 2) + speech)


if __name__ == "__main__":
    main()

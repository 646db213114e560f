# SPDX-License-Identifier: Apache-2.0
"""Screens synthetic speakers for `ward_orders`: clean word error rate of each setting in each accent.

Every setting reads the same eight orders in every accent; PocketSphinx decodes them with the grammar that they come
from. A setting is fit for the corpus when no accent exceeds 0.3. Usage: voices.py [gender,variant,pitch,range,rate …];
without settings, those of the corpus.
"""

from __future__ import annotations

import sys

import numpy as np

from stresstest.audio import Waveform
from stresstest.corpora._espeak import Voice, speak
from stresstest.corpora._jsgf import read_grammar
from stresstest.corpora._synthesis import finished
from stresstest.corpora.ward_orders import ACCENTS, SPEAKERS, orders
from stresstest.places import data_folder
from stresstest.recognizers import Transcript
from stresstest.recognizers.pocketsphinx import Pocketsphinx
from stresstest.text.alignment import count_edits

ORDERS = 8
LIMIT = 0.3


def main() -> None:
    """Print a line a setting."""
    given = [tuple(argument.split(",")) for argument in sys.argv[1:]]
    settings = [(g, v, int(p), int(r), int(w)) for g, v, p, r, w in given] or list(SPEAKERS)
    texts = orders(read_grammar(data_folder("conf") / "grammars" / "ward_orders.gram"), 0)[:ORDERS]
    recognizer = Pocketsphinx(grammar="ward_orders")
    recognizer.open()
    print(f"{'setting':34s}", *(f"{accent[:9]:>9s}" for accent in ACCENTS), "  fit")
    for setting in settings:
        rates = [clean_wer(recognizer, Voice(language, *setting[1:]), texts) for language in ACCENTS.values()]
        fit = "yes" if max(rates) <= LIMIT else "no"
        print(f"{','.join(map(str, setting)):34s}", *(f"{rate:9.3f}" for rate in rates), f"  {fit}", flush=True)


def clean_wer(recognizer: Pocketsphinx, voice: Voice, texts: list[str]) -> float:
    """Errors ÷ words over the texts, with 250 ms of silence around each."""
    silence = np.zeros(4000, np.float32)
    errors = words = 0
    for text, pcm in zip(texts, speak([(voice, text) for text in texts]), strict=True):
        spoken = finished(pcm)
        padded = Waveform(np.concatenate([silence, spoken.samples, silence]), spoken.rate_hz)
        (answer,) = recognizer.transcribe([padded])
        heard = answer.text if isinstance(answer, Transcript) else ""
        _, *edits = count_edits(text.split(), heard.split())
        errors, words = errors + sum(edits), words + len(text.split())
    return errors / words


if __name__ == "__main__":
    main()

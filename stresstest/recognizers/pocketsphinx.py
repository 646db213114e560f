# SPDX-License-Identifier: Apache-2.0
"""PocketSphinx 5 with the English model in its wheel: a small recognizer that runs anywhere, offline."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from stresstest.audio import Waveform
from stresstest.errors import MissingExtraError, RecognizerError, allowed
from stresstest.places import data_folder
from stresstest.recognizers.base import Failure, Recognizer, Transcript, Word
from stresstest.seeds import rng_for

DITHER_DBOV = -65.0
"""RMS of the noise added before decoding, in dB re full scale; 39 dB below speech at -26 dBov.

Silence without any noise misleads the decoder. Measured clean word error rates with 250 ms of digital silence around
the speech, at -80, -65 and -60 dBov: spoken digits .22, .17, .16; ward orders .09, .07, .07. At -65 dBov noise at 20 dB
SNR grows by 0.05 dB.
"""

NO_WORD = ("<", "[", "+", "(NULL)")
"""How entries of the path begin that nobody said."""
ALTERNATIVE = re.compile(r"\(\d+\)$")
"""Which of its pronunciations a word had."""
FRAMES_A_S = 100
"""The decoder's frames a second, its default."""


@dataclass
class Pocketsphinx(Recognizer):
    """PocketSphinx with one of three language models: a grammar, an n-gram file, or its general English model.

    grammar: the name of a file in `conf/grammars`, or the path of a JSGF file. ngram: path of an n-gram model (ARPA or
    binary). dictionary: path of a pronunciation dictionary in place of the model's own. bestpath: search the lattice
    for the best path at the end; None means no with a grammar (there it takes seconds an utterance in noise and makes
    results worse) and yes without. Answers depend on the waveform alone: cepstral means are taken over each
    utterance, and the dither is the same for every utterance.
    """

    grammar: str | None = None
    ngram: str | None = None
    dictionary: str | None = None
    bestpath: bool | None = None
    _decoder: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.grammar is not None and self.ngram is not None:
            raise RecognizerError(
                f"recognizer=pocketsphinx takes a grammar or an n-gram model; got grammar={self.grammar!r} "
                f"and ngram={self.ngram!r}. Set one of them to null."
            )
        self._files = {
            "grammar": None if self.grammar is None else grammar_file(self.grammar),
            "ngram": _given_file("ngram", self.ngram),
            "dictionary": _given_file("dictionary", self.dictionary),
        }
        if self.bestpath is None:
            self.bestpath = self.grammar is None
        self.expected_rtf = 0.65 if self.grammar is None else 0.03

    @property
    def rate_hz(self) -> int:
        """16 kHz, the rate of the acoustic model."""
        return 16000

    @property
    def revision(self) -> str:
        """`pocketsphinx <version> en-us`, then the SHA-256 of each file given, then the options."""
        try:
            version = importlib.metadata.version("pocketsphinx")
        except importlib.metadata.PackageNotFoundError as error:
            raise _missing() from error
        hashes = [f"{k}={hashlib.sha256(f.read_bytes()).hexdigest()}" for k, f in self._files.items() if f]
        options = [f"bestpath={self.bestpath}", f"dither={DITHER_DBOV:g}"]
        return " ".join([f"pocketsphinx {version} en-us", *hashes, *options])

    def open(self) -> None:
        """Load the model and the grammar. Raises RecognizerError (naming words that the dictionary lacks) or
        MissingExtraError."""
        try:
            import pocketsphinx
        except ImportError as error:
            raise _missing() from error
        options: dict[str, Any] = {"cmn": "batch", "bestpath": self.bestpath, "loglevel": "FATAL"}
        if self._files["dictionary"]:
            options["dict"] = str(self._files["dictionary"])
        if self._files["grammar"]:
            options["lm"] = None
        elif self._files["ngram"]:
            options["lm"] = str(self._files["ngram"])
        try:
            self._decoder = pocketsphinx.Decoder(**options)
            self._use_grammar()
        except (RuntimeError, ValueError) as error:
            self._decoder = None
            given = ", ".join(f"{k} {f}" for k, f in self._files.items() if f) or "its own model"
            raise RecognizerError(f"PocketSphinx refuses {given}: {error}. Check these files.") from error

    def _use_grammar(self) -> None:
        grammar = self._files["grammar"]
        if grammar is None:
            return
        unknown = [w for w in grammar_words(grammar) if self._decoder.lookup_word(w) is None]
        if unknown:
            raise RecognizerError(
                f"{grammar}: the pronunciation dictionary has no {', '.join(map(repr, unknown))}. "
                "Use other words (in lower case), or give a dictionary that has them (dictionary=FILE)."
            )
        self._decoder.add_jsgf_file("grammar", str(grammar))
        self._decoder.activate_search("grammar")

    def transcribe(self, speech: Sequence[Waveform]) -> list[Transcript | Failure]:
        """One transcript each; empty where the decoder finds no path through the utterance."""
        if self._decoder is None:
            raise RecognizerError("PocketSphinx is not open; call open() before transcribe().")
        return [self._decode(wave) for wave in speech]

    def _decode(self, wave: Waveform) -> Transcript:
        self._decoder.reinit_feat()  # forgets the noise estimate: start_utt keeps it (cmusphinx/pocketsphinx#498)
        self._decoder.start_utt()
        try:
            self._decoder.process_raw(dithered(wave), no_search=False, full_utt=True)
        finally:
            self._decoder.end_utt()
        best = self._decoder.hyp()
        if best is None:
            return Transcript("")
        return Transcript(best.hypstr, self._posterior(best.prob), self._words())

    def _words(self) -> tuple[Word, ...]:
        """The words of the best path with their times; silences, noises and sentence ends are none."""
        spoken = [s for s in self._decoder.seg() if not s.word.startswith(NO_WORD)]
        return tuple(
            Word(ALTERNATIVE.sub("", s.word), s.start_frame / FRAMES_A_S, (s.end_frame + 1) / FRAMES_A_S,
                 self._posterior(s.prob))
            for s in spoken
        )  # fmt: skip

    def _posterior(self, probability: float) -> float | None:
        """What the lattice says; without a search of it, or with a grammar, PocketSphinx gives no posterior."""
        return min(1.0, probability) if self.bestpath and self.grammar is None else None

    def close(self) -> None:
        """Free the model."""
        self._decoder = None


def dithered(wave: Waveform) -> bytes:
    """16-bit little-endian PCM with white noise of DITHER_DBOV added, always the same noise.

    A sample at full scale stays there. Raises AudioError where a sample exceeds full scale.
    """
    noise = rng_for(0, "pocketsphinx", "dither").standard_normal(wave.samples.size)
    added = wave.pcm16() + np.rint(noise * 32767 * 10 ** (DITHER_DBOV / 20))
    return np.clip(added, -32767, 32767).astype("<i2").tobytes()


def grammar_file(grammar: str) -> Path:
    """The JSGF file that a name or a path means. Raises RecognizerError."""
    if Path(grammar).suffix in (".gram", ".jsgf") or "/" in grammar:
        return _file("grammar", grammar)
    names = [f.stem for f in (data_folder("conf") / "grammars").glob("*.gram")]
    if grammar not in names:
        raise RecognizerError(
            f"recognizer.grammar: there is no grammar {grammar!r}; {allowed(grammar, names)}, "
            "or the path of a file that ends in .gram or .jsgf."
        )
    return data_folder("conf") / "grammars" / f"{grammar}.gram"


def grammar_words(path: Path) -> list[str]:
    """The words that a JSGF file can produce, sorted: what is left without comments, names, weights and tags."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", path.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"^\ufeff?#JSGF[^;]*;|\b(?:grammar|import)\b[^;=]*;", " ", text)
    text = re.sub(r"\{[^}]*\}|/[^/\s]*/|(?:public\s*)?<[^>]*>\s*=|<[^>]*>", " ", text)
    return sorted(set(re.findall(r"[^\s()\[\]|*+;=\"]+", text)))


def _given_file(key: str, given: str | None) -> Path | None:
    return None if given is None else _file(key, given)


def _file(key: str, given: str) -> Path:
    path = Path(given).expanduser()
    if not path.is_file():
        raise RecognizerError(f"recognizer.{key}: there is no file {given!r}. Give the path of an existing file.")
    return path.resolve()


def _missing() -> MissingExtraError:
    return MissingExtraError("recognizer=pocketsphinx", "pocketsphinx", "demo")

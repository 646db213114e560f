# SPDX-License-Identifier: Apache-2.0
"""Any server that speaks OpenAI's `POST /audio/transcriptions`: vLLM, LocalAI, speaches, or a hosted service."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError, allowed
from stresstest.recognizers._exchange import check_address, language_of, mean_confidence, wav_bytes, word_of
from stresstest.recognizers._hosted import Hosted
from stresstest.recognizers._keys import SHORTEST
from stresstest.recognizers._libraries import Library
from stresstest.recognizers._service_errors import ServiceError
from stresstest.recognizers.base import Transcript

LIBRARY = Library("openai", "openai", "recognizer=openai_compatible")
FORMATS = ("verbose_json", "json")
NO_VERBOSE = re.compile(r"response_format|verbose_json|timestamp", re.IGNORECASE)
"""What a server says that gives no word times: its 400 or 422 names the parameter."""


@dataclass(kw_only=True)
class OpenaiCompatible(Hosted):
    """The official client, its own retries off.

    base_url: up to and with `/v1`. model: as the server names it. language: ISO 639-1; None: detected. prompt: text
    that comes before, in the language of the audio. temperature: of sampling. response_format: `verbose_json` asks for
    word times and language too; of a server that refuses it, `json` is asked from then on. key_variable: None for a
    server that takes no key; no key is ever sent that is not named, and without one no OPENAI_ORG_ID or
    OPENAI_PROJECT_ID. Headers of OPENAI_CUSTOM_HEADERS, which the client reads, are sent. Raises RecognizerError.
    """

    base_url: str
    model: str
    language: str | None = None
    prompt: str | None = None
    temperature: float = 0.0
    response_format: str = "verbose_json"
    rate: int = 16000
    _client: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_address("base_url", self.base_url, "http://localhost:8000/v1")
        if self.response_format not in FORMATS:
            said = allowed(self.response_format, FORMATS)
            raise RecognizerError(f"recognizer.response_format: got {self.response_format!r}; {said}.")
        self._format = self.response_format

    @property
    def rate_hz(self) -> int:
        """As `rate` says."""
        return self.rate

    @property
    def revision(self) -> str:
        """`openai_compatible`, the client's version, the server, the model and the options; what the server runs
        under the model's name it does not say."""
        options = {k: getattr(self, k) for k in ("language", "prompt", "temperature", "response_format")}
        return f"openai_compatible openai {LIBRARY.version} {self.base_url} {self.model} {json.dumps(options)}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The environment's, with the values of OPENAI_CUSTOM_HEADERS."""
        lines = os.environ.get("OPENAI_CUSTOM_HEADERS", "").splitlines()
        values = (line.partition(":")[2].strip() for line in lines)
        return (*super().secrets, *(value for value in values if len(value) >= SHORTEST))

    def open(self) -> None:
        """Make the client. Raises RecognizerError where the key is missing, or MissingExtraError."""
        try:
            import openai
        except ImportError as error:
            raise LIBRARY.missing from error
        key = self.key if self.key_variable else "none"
        self._client = openai.OpenAI(api_key=key, base_url=self.base_url, timeout=self.timeout_s, max_retries=0)
        if not self.key_variable:
            self._client.organization = self._client.project = None

    def ask(self, wave: Waveform, job: str) -> Transcript:
        """One request."""
        import openai

        if self._client is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        asked = self._format
        try:
            said = self._client.audio.transcriptions.with_raw_response.create(
                file=("speech.wav", wav_bytes(wave), "audio/wav"), model=self.model, response_format=asked,
                temperature=self.temperature, language=self.language or openai.omit, prompt=self.prompt or openai.omit,
                timestamp_granularities=["word", "segment"] if asked == "verbose_json" else openai.omit,
            )  # fmt: skip
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            if asked == "json" or not NO_VERBOSE.search(str(error)):
                raise
            self._format = "json"
            raise ServiceError(
                "refused", f"no verbose_json here, use response_format=json: {error}", again=True
            ) from error
        return _transcript(json.loads(said.content))

    def explain(self, error: Exception) -> ServiceError | None:
        """What the client raises."""
        import openai

        if isinstance(error, openai.APIConnectionError):
            kind = "timeout" if isinstance(error, openai.APITimeoutError) else "unavailable"
            return ServiceError(kind, f"{type(error).__name__}: {error} {error.__cause__ or ''}".strip(), again=True)
        return super().explain(error)

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
        self._client = None


def _transcript(said: Mapping[str, Any]) -> Transcript:
    """From OpenAI's `CreateTranscriptionResponseVerboseJson` or `…Json`.

    The confidence is the mean probability of the tokens, exp(avg_logprob), over the segments by their length; some
    servers give one a word, `probability`.
    """
    words = tuple(
        word_of(w["word"].strip(), w.get("start"), w.get("end"), w.get("probability")) for w in said.get("words") or ()
    )
    parts = [
        (
            None if s.get("avg_logprob") is None else min(1.0, math.exp(s["avg_logprob"])),
            float(s.get("end") or 0) - float(s.get("start") or 0),
        )
        for s in said.get("segments") or ()
    ]
    if not isinstance(said["text"], str):
        raise TypeError(f"a text was expected under 'text'; got {said['text']!r:.100}")
    return Transcript(said["text"].strip(), mean_confidence(parts), words, language_of(said.get("language")))

# SPDX-License-Identifier: Apache-2.0
"""Azure Speech by its fast transcription API (2025-10-15), with Microsoft's client `azure-ai-transcription`."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers._exchange import check_address, language_of, mean_confidence, wav_bytes, word_of
from stresstest.recognizers._hosted import Hosted
from stresstest.recognizers._libraries import Library
from stresstest.recognizers._service_errors import ServiceError
from stresstest.recognizers.base import Transcript

LIBRARY = Library("azure-ai-transcription", "azure", "recognizer=azure_speech")


@dataclass(kw_only=True)
class AzureSpeech(Hosted):
    """One waveform a request, the client's own retries off.

    endpoint: of your Speech resource. language: a locale; None: detected. phrases: words to expect. The text is as
    Azure displays it, with punctuation and numerals; profanity is not masked. Raises RecognizerError.
    """

    endpoint: str
    language: str | None = "en-US"
    phrases: tuple[str, ...] = ()
    rate: int = 16000
    key_variable: str | None = "AZURE_SPEECH_KEY"
    _client: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_address("endpoint", self.endpoint, "https://westeurope.api.cognitive.microsoft.com")
        self.phrases = tuple(self.phrases)

    @property
    def rate_hz(self) -> int:
        """As `rate` says."""
        return self.rate

    @property
    def revision(self) -> str:
        """`azure_speech`, the client's version, the resource and the options; the service says no version of its
        models."""
        options = {k: getattr(self, k) for k in ("language", "phrases")}
        return f"azure_speech azure-ai-transcription {LIBRARY.version} {self.endpoint} {json.dumps(options)}"

    def billed_seconds(self, wave: Waveform) -> float:
        """Whole seconds."""
        return math.ceil(wave.seconds)

    def open(self) -> None:
        """Make the client. Raises RecognizerError where the key is missing, or MissingExtraError."""
        try:
            from azure.ai.transcription import TranscriptionClient
            from azure.core.credentials import AzureKeyCredential
        except ImportError as error:
            raise LIBRARY.missing from error
        self._client = TranscriptionClient(
            self.endpoint.rstrip("/"), AzureKeyCredential(self.key), retry_total=0,
            connection_timeout=self.timeout_s, read_timeout=self.timeout_s,
        )  # fmt: skip

    def ask(self, wave: Waveform, job: str) -> Transcript:
        """One request."""
        from azure.ai.transcription.models import PhraseListProperties, TranscriptionContent, TranscriptionOptions

        if self._client is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        asked = TranscriptionOptions(
            locales=[self.language] if self.language else None, profanity_filter_mode="None",
            phrase_list=PhraseListProperties(phrases=list(self.phrases)) if self.phrases else None,
        )  # fmt: skip
        audio = ("speech.wav", wav_bytes(wave), "audio/wav")
        return _transcript(self._client.transcribe(TranscriptionContent(definition=asked, audio=audio)))

    def explain(self, error: Exception) -> ServiceError | None:
        """What azure-core raises."""
        from azure.core import exceptions as azure

        said = f"{type(error).__name__}: {error}"
        if isinstance(error, azure.ServiceRequestTimeoutError | azure.ServiceResponseTimeoutError):
            return ServiceError("timeout", said, again=True)
        if isinstance(error, azure.DecodeError):
            return ServiceError("bad_output", said, again=True)
        if isinstance(error, azure.IncompleteReadError | azure.ServiceRequestError | azure.ServiceResponseError):
            return ServiceError("unavailable", said, again=True)
        return super().explain(error)

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
        self._client = None


def _transcript(said: Any) -> Transcript:
    """From a `TranscriptionResult`; the confidence is the mean over its phrases by their length."""
    words = tuple(
        word_of(w.text, w.offset_milliseconds / 1000, (w.offset_milliseconds + w.duration_milliseconds) / 1000)
        for phrase in said.phrases
        for w in phrase.words or ()
    )
    sure = mean_confidence((phrase.confidence, phrase.duration_milliseconds) for phrase in said.phrases)
    language = language_of(said.phrases[0].locale) if said.phrases else None
    return Transcript(" ".join(part.text for part in said.combined_phrases).strip(), sure, words, language)

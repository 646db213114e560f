# SPDX-License-Identifier: Apache-2.0
"""Google Cloud Speech-to-Text v2, synchronous `Recognize` over gRPC, with the official client: up to 60 s of audio."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers._exchange import check_address, language_of, mean_confidence, wav_bytes, word_of
from stresstest.recognizers._hosted import Hosted
from stresstest.recognizers._libraries import Library
from stresstest.recognizers._service_errors import ServiceError, of_status
from stresstest.recognizers.base import Transcript, Word

LIBRARY = Library("google-cloud-speech", "google", "recognizer=google_speech")


@dataclass(kw_only=True)
class GoogleSpeech(Hosted):
    """One waveform a request, the client's own retries off; what is longer than 60 s the service refuses.

    project: of Google Cloud. location: where it runs, `global` or a region; endpoint: of a server in place of that
    (`http://` for one on this machine). language: a BCP 47 tag. words: ask for times and confidences, which some
    models refuse. key_variable: None for Google's own chain (application default credentials). Raises RecognizerError.
    """

    project: str
    location: str = "global"
    model: str = "long"
    language: str = "en-US"
    words: bool = True
    endpoint: str | None = None
    rate: int = 16000
    _client: Any = field(default=None, init=False, repr=False, compare=False)
    _channel: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.endpoint is not None:
            check_address("endpoint", self.endpoint, "http://localhost:9000")

    @property
    def rate_hz(self) -> int:
        """As `rate` says."""
        return self.rate

    @property
    def revision(self) -> str:
        """`google_speech`, the client's version, the model and the options; the service says no version of it."""
        options = {k: getattr(self, k) for k in ("location", "model", "language", "words", "endpoint")}
        return f"google_speech google-cloud-speech {LIBRARY.version} v2 {json.dumps(options)}"

    def billed_seconds(self, wave: Waveform) -> float:
        """Whole seconds."""
        return math.ceil(wave.seconds)

    def open(self) -> None:
        """Make the client. Raises RecognizerError where there are no credentials, or MissingExtraError."""
        try:
            from google.auth.exceptions import DefaultCredentialsError
            from google.cloud.speech_v2 import SpeechClient
        except ImportError as error:
            raise LIBRARY.missing from error
        parts = urlsplit(self.endpoint or f"https://{self._region()}speech.googleapis.com")
        key = self.key if self.key_variable else None
        if parts.scheme == "http":
            self._client = self._plain(parts.netloc)
            return
        try:
            self._client = SpeechClient(client_options={"api_endpoint": parts.netloc, "api_key": key})
        except DefaultCredentialsError as error:
            raise RecognizerError(
                "recognizer=google_speech finds no credentials. Run `gcloud auth application-default login`, set "
                "GOOGLE_APPLICATION_CREDENTIALS, or name the variable of an API key: recognizer.key_variable=NAME."
            ) from error

    def _region(self) -> str:
        return "" if self.location == "global" else f"{self.location}-"

    def _plain(self, host: str) -> Any:
        """A client without encryption, for a server on this machine; it is sent the key where there is one."""
        import grpc
        from google.cloud.speech_v2 import SpeechClient
        from google.cloud.speech_v2.services.speech.transports import SpeechGrpcTransport

        self._channel = grpc.insecure_channel(host)
        return SpeechClient(transport=SpeechGrpcTransport(channel=self._channel))

    def ask(self, wave: Waveform, job: str) -> Transcript:
        """One request."""
        from google.cloud.speech_v2.types import cloud_speech as v2

        if self._client is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        request = v2.RecognizeRequest(
            recognizer=f"projects/{self.project}/locations/{self.location}/recognizers/_",
            config=v2.RecognitionConfig(
                auto_decoding_config=v2.AutoDetectDecodingConfig(), model=self.model, language_codes=[self.language],
                features=v2.RecognitionFeatures(enable_word_time_offsets=self.words, enable_word_confidence=self.words),
            ),
            content=wav_bytes(wave),
        )  # fmt: skip
        said = self._client.recognize(request=request, retry=None, timeout=self.timeout_s, metadata=self._metadata())
        return self._transcript(said)

    def _metadata(self) -> list[tuple[str, str]]:
        return [("x-goog-api-key", self.key)] if self._channel is not None and self.key_variable else []

    def _transcript(self, said: Any) -> Transcript:
        """From a `RecognizeResponse`; the confidence is the mean over its results by their words. 0 means that there
        is none (`SpeechRecognitionAlternative.confidence`)."""
        results = [(result, result.alternatives[0]) for result in said.results if result.alternatives]
        words = tuple(self._word(word) for _, best in results for word in best.words)
        sure = mean_confidence((best.confidence or None, len(best.transcript.split())) for _, best in results)
        language = language_of(results[0][0].language_code) if results else None
        return Transcript(" ".join(best.transcript.strip() for _, best in results).strip(), sure, words, language)

    def _word(self, word: Any) -> Word:
        if not self.words:
            return Word(word.word)
        start, end = word.start_offset.total_seconds(), word.end_offset.total_seconds()
        return word_of(word.word, start, end, word.confidence or None)

    def explain(self, error: Exception) -> ServiceError | None:
        """What google-api-core raises; a RetryInfo among the details says how long to wait."""
        from google.api_core.exceptions import GoogleAPICallError

        if not isinstance(error, GoogleAPICallError):
            return super().explain(error)
        delays = [d.retry_delay.ToTimedelta().total_seconds() for d in error.details if hasattr(d, "retry_delay")]
        headers = {"retry-after": str(max(delays))} if delays else None
        return of_status(int(error.code or 500), f"{type(error).__name__}: {error.message}", headers, self.clock.now())

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.transport.close()
        self._client = self._channel = None

# SPDX-License-Identifier: Apache-2.0
"""Deepgram by its pre-recorded API (`POST /v1/listen`), hosted or on your own machines, with its official client."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, field
from typing import Any

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers._exchange import check_address, confidence_of, language_of, wav_bytes, word_of
from stresstest.recognizers._hosted import Hosted
from stresstest.recognizers._libraries import Library
from stresstest.recognizers._service_errors import ServiceError, of_status
from stresstest.recognizers.base import Transcript

LIBRARY = Library("deepgram-sdk", "deepgram", "recognizer=deepgram")


@dataclass(kw_only=True)
class Deepgram(Hosted):
    """One waveform a request, the client's own retries off.

    model: as Deepgram names it. language: a BCP 47 tag; None: detected. keyterms: words to expect. options: other
    parameters of the API, as the client's `transcribe_file` takes them. mip_opt_out: Deepgram may not train on the
    audio; its price may be another then. endpoint: without `/v1`. Raises RecognizerError.
    """

    model: str = "nova-3"
    language: str | None = "en"
    keyterms: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    mip_opt_out: bool = True
    endpoint: str = "https://api.deepgram.com"
    rate: int = 16000
    key_variable: str | None = "DEEPGRAM_API_KEY"
    _client: Any = field(default=None, init=False, repr=False, compare=False)
    _media: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_address("endpoint", self.endpoint, "https://api.deepgram.com")
        self.keyterms = tuple(self.keyterms)

    @property
    def rate_hz(self) -> int:
        """As `rate` says."""
        return self.rate

    @property
    def revision(self) -> str:
        """`deepgram`, the client's version, the server, the model and the options."""
        options = json.dumps({"language": self.language, "keyterms": self.keyterms, **self.options}, sort_keys=True)
        return f"deepgram deepgram-sdk {LIBRARY.version} {self.endpoint} {self.model} {options}"

    def open(self) -> None:
        """Make the client. Raises RecognizerError where the key is missing, or MissingExtraError."""
        try:
            from deepgram import DeepgramClient
            from deepgram.environment import DeepgramClientEnvironment
        except ImportError as error:
            raise LIBRARY.missing from error
        names = vars(DeepgramClientEnvironment.PRODUCTION)  # of its addresses; newer clients have more
        places = DeepgramClientEnvironment(**dict.fromkeys(names, self.endpoint.rstrip("/")))
        self._client = DeepgramClient(api_key=self.key, environment=places, timeout=self.timeout_s)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it loads what it streams with: websockets' old names
            self._media = self._client.listen.v1.media

    def ask(self, wave: Waveform, job: str) -> Transcript:
        """One request."""
        if self._client is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        language = {"language": self.language} if self.language else {"detect_language": True}
        said = self._media.transcribe_file(
            request=wav_bytes(wave), model=self.model, keyterm=list(self.keyterms) or None,
            mip_opt_out=self.mip_opt_out or None, request_options={"max_retries": 0}, **language, **self.options,
        )  # fmt: skip
        return _transcript(said)

    def explain(self, error: Exception) -> ServiceError | None:
        """What the client raises."""
        import httpx
        from deepgram.core.api_error import ApiError

        said = f"{type(error).__name__}: {error}"
        if isinstance(error, ApiError):
            message = f"{type(error).__name__}: {error.body}"
            if (error.status_code or 0) < 400:
                return ServiceError("bad_output", message, again=True)
            return of_status(error.status_code or 0, message, error.headers, self.clock.now())
        if isinstance(error, httpx.TransportError):
            kind = "timeout" if isinstance(error, httpx.TimeoutException) else "unavailable"
            return ServiceError(kind, said, again=True)
        return super().explain(error)

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client._client_wrapper.httpx_client.httpx_client.close()  # the client has no method for it
        self._client = self._media = None


def _transcript(said: Any) -> Transcript:
    """From a `ListenV1Response`: the first channel's best alternative."""
    channel = said.results.channels[0]
    best = channel.alternatives[0]
    words = tuple(word_of(w.word, w.start, w.end, w.confidence) for w in best.words or ())
    return Transcript(
        best.transcript.strip(), confidence_of(best.confidence), words, language_of(channel.detected_language)
    )

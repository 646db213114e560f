# SPDX-License-Identifier: Apache-2.0
"""Amazon Transcribe, streaming, over WebSocket as AWS documents it ("Setting up a WebSocket stream").

botocore signs the address and reads the frames. AWS's own streaming clients do not serve here: the older one is no
longer developed, the newer one needs Python 3.12.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers._amazon import BOTO3, WEBSOCKETS, Amazon, of_code
from stresstest.recognizers._exchange import mean_confidence, word_of
from stresstest.recognizers._service_errors import ServiceError, of_status
from stresstest.recognizers.base import Transcript, Word

PATH, PORT, EXPIRES_S = "/stream-transcription-websocket", 8443, 300
FRAME_S = 0.1
"""Audio of one event; AWS recommends 50 to 200 ms."""
OF_STATUS = {"BadRequestException": 400, "InternalFailureException": 500, "ServiceUnavailableException": 503}


@dataclass(kw_only=True)
class AmazonTranscribeStreaming(Amazon):
    """Final results as they come; region, profile, language, vocabulary and endpoint as `Amazon` has them.

    speed: times real time at which audio is sent, 1 as from a microphone; AWS may refuse what comes faster. timeout_s:
    of waiting for the service once all audio is sent. Raises RecognizerError.
    """

    speed: float = 1.0
    _region: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_above_0("speed", self.speed)

    @property
    def revision(self) -> str:
        """`amazon_transcribe_streaming`, boto3's version and the options; the service says no version."""
        options = {k: getattr(self, k) for k in ("region", "language", "vocabulary", "endpoint", "speed")}
        return f"amazon_transcribe_streaming boto3 {BOTO3.version} {json.dumps(options)}"

    def open(self) -> None:
        """Find keys and region. Raises RecognizerError or MissingExtraError."""
        self._region = self.session().region_name
        try:
            import websockets  # noqa: F401
        except ImportError as error:
            raise WEBSOCKETS.missing from error

    def ask(self, wave: Waveform, job: str) -> Transcript:
        """One stream: all audio at `speed`, an empty event, then what was heard."""
        from botocore.eventstream import EventStreamBuffer
        from websockets.sync.client import connect

        if self._region is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        said = EventStreamBuffer()
        with connect(self.address(), open_timeout=self.timeout_s, max_queue=None) as socket:
            self._send(socket, wave)
            for message in self._messages(socket):
                said.add_data(message)
        return _transcript([json.loads(event.payload) for event in said if _is_transcript(event)])

    def address(self) -> str:
        """Where to connect to, signed (SigV4 in the query) for EXPIRES_S."""
        from botocore.auth import SigV4QueryAuth
        from botocore.awsrequest import AWSRequest

        base = self.endpoint or f"https://transcribestreaming.{self._region}.amazonaws.com:{PORT}"
        asked = {"language-code": self.language, "media-encoding": "pcm", "sample-rate": self.rate}
        if self.vocabulary:
            asked["vocabulary-name"] = self.vocabulary
        request = AWSRequest("GET", f"{base.rstrip('/')}{PATH}?{urlencode(asked)}")
        SigV4QueryAuth(self._credentials, "transcribe", self._region, EXPIRES_S).add_auth(request)
        return f"ws{request.url.removeprefix('http')}"

    def _send(self, socket: Any, wave: Waveform) -> None:
        """Stops where the service hangs up: what it said before says why."""
        from websockets.exceptions import ConnectionClosed

        pcm, step = wave.pcm16().astype("<i2").tobytes(), 2 * round(FRAME_S * self.rate)
        try:
            for at in range(0, len(pcm), step):
                socket.send(audio_event(pcm[at : at + step]))
                self.clock.sleep(FRAME_S / self.speed)
            socket.send(audio_event(b""))
        except ConnectionClosed:
            return

    def _messages(self, socket: Any) -> Iterator[bytes]:
        """Until the service hangs up. Raises TimeoutError, ConnectionClosedError where it does so without a word."""
        from websockets.exceptions import ConnectionClosedOK

        while True:
            try:
                yield socket.recv(timeout=self.timeout_s)
            except ConnectionClosedOK:
                return

    def explain(self, error: Exception) -> ServiceError | None:
        """What websockets raises."""
        from botocore.eventstream import ChecksumMismatch, ParserError
        from websockets.exceptions import InvalidStatus, WebSocketException

        said = f"{type(error).__name__}: {error}"
        if isinstance(error, InvalidStatus):
            body = (error.response.body or b"").decode(errors="replace")
            return of_status(error.response.status_code, f"{said} {body}", error.response.headers, self.clock.now())
        if isinstance(error, WebSocketException):
            return ServiceError("unavailable", said, again=True)
        if isinstance(error, ChecksumMismatch | ParserError):
            return ServiceError("bad_output", said, again=True)
        return super().explain(error)

    def close(self) -> None:
        """Forget the keys."""
        self._region = self._credentials = None


def audio_event(pcm: bytes) -> bytes:
    """An AudioEvent in AWS's event stream encoding: prelude, headers, payload, each with its CRC-32."""
    named = {":content-type": "application/octet-stream", ":event-type": "AudioEvent", ":message-type": "event"}
    return framed(named, pcm)


def framed(named: Mapping[str, str], payload: bytes) -> bytes:
    """A message of `application/vnd.amazon.eventstream`; all headers are strings (type 7)."""
    headers = b"".join(
        struct.pack(">B", len(k)) + k.encode() + struct.pack(">BH", 7, len(v.encode())) + v.encode()
        for k, v in named.items()
    )
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return message + struct.pack(">I", zlib.crc32(message))


def _is_transcript(event: Any) -> bool:
    """Raises ServiceError where the event is an exception of the service."""
    if event.headers.get(":message-type") == "exception":
        code = event.headers.get(":exception-type", "")
        said = f"{code}: {event.payload.decode(errors='replace')}"
        raise of_code(code, said, {"HTTPStatusCode": OF_STATUS.get(code, 500)}, 0.0)
    return bool(event.headers.get(":event-type") == "TranscriptEvent")


def _transcript(events: list[Mapping[str, Any]]) -> Transcript:
    """From TranscriptEvents: results that are final, in their order; the confidence is the mean of the words'."""
    final = [result for event in events for result in event["Transcript"]["Results"] if not result["IsPartial"]]
    best = [result["Alternatives"][0] for result in final if result["Alternatives"]]
    words = tuple(_word(item) for one in best for item in one["Items"] if item["Type"] == "pronunciation")
    sure = mean_confidence((word.confidence, 1.0) for word in words)
    return Transcript(" ".join(one["Transcript"].strip() for one in best).strip(), sure, words)


def _word(item: Mapping[str, Any]) -> Word:
    return word_of(item["Content"], item["StartTime"], item["EndTime"], item.get("Confidence"))

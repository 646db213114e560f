# SPDX-License-Identifier: Apache-2.0
"""Services on loopback: a real HTTP server, PocketSphinx behind it, and the faults that services have."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import soundfile

from stresstest.audio import Waveform
from stresstest.recognizers import Transcript, Word
from stresstest.recognizers._account import Clock
from stresstest.recognizers.pocketsphinx import Pocketsphinx


@dataclass(frozen=True)
class Request:
    """What a client sent; names of headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def parts(self) -> dict[str, bytes]:
        """The fields of a `multipart/form-data` body; of fields of one name the last."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = BytesParser(policy=policy.HTTP).parsebytes(head + self.body)
        assert isinstance(message, EmailMessage)
        assert message.is_multipart()
        found = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            assert isinstance(name, str)
            assert isinstance(content, bytes)
            found[name] = content
        return found


@dataclass(frozen=True)
class Reply:
    """What the server answers. cut: hang up after half of the body. held: answer nothing until the server stops."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    held: bool = False

    @classmethod
    def json(cls, content: object, status: int = 200, **headers: str) -> Reply:
        return cls(status, json.dumps(content, ensure_ascii=False).encode(), headers)


Service = Callable[[Request], Reply]


@contextmanager
def served(service: Service) -> Iterator[str]:
    """The address of a server on loopback that answers as `service` says; stopped at the end, its threads joined."""
    stopping = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Transfer-Encoding") == "chunked":
                body = _chunks(self.rfile)
            reply = service(Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if reply.held:
                stopping.wait()
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", "Connection": "close", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = _answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = False
        request_queue_size = 64

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a client that hung up

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _chunks(file: Any) -> bytes:
    body = b""
    while size := int(file.readline(), 16):
        body += file.read(size)
        file.readline()
    file.readline()
    return body


class Listener:
    """PocketSphinx, one waveform after the other; what it has heard before it knows."""

    def __init__(self) -> None:
        self.lock, self.known = threading.Lock(), dict[str, Transcript]()
        self.recognizer: Pocketsphinx | None = None

    def hear(self, file: bytes, rate_hz: int = 16000) -> Transcript:
        """The answer to a WAV file of that rate."""
        samples, rate = soundfile.read(io.BytesIO(file), dtype="int16")
        assert rate == rate_hz
        assert samples.ndim == 1
        wave = Waveform(samples / 32767.0, rate)
        name = sha256(samples.tobytes()).hexdigest()
        assert wave.pcm16_sha256() == name
        with self.lock:
            if name not in self.known:
                if self.recognizer is None:
                    self.recognizer = Pocketsphinx(grammar="digit")
                    self.recognizer.open()
                answer = self.recognizer.transcribe([wave])[0]
                assert isinstance(answer, Transcript)
                self.known[name] = answer
            return self.known[name]


def fixed(text: str) -> Callable[[bytes], Transcript]:
    """What hears the same in everything."""
    return lambda file: Transcript(text, words=tuple(Word(w, 0.0, 0.1, 0.5) for w in text.split()))


@contextmanager
def variable(name: str, value: str) -> Iterator[None]:
    """A variable of the environment, for as long as it is needed."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


FAULTS: dict[str, Reply] = {
    "refused": Reply.json({"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}, 401),
    "rate_limited": Reply.json({"error": {"message": "slow down"}}, 429, **{"Retry-After": "7"}),
    "unavailable": Reply.json({"error": {"message": "overloaded"}}, 503),
    "timeout": Reply(held=True),
    "bad_output": Reply(200, b'{"text": "on'),
}
"""A reply for each kind of Failure that an HTTP service can be the cause of."""


class Still(Clock):
    """A clock that goes on only by waiting."""

    def __init__(self) -> None:
        self.time, self.waits = 1_700_000_000.0, list[float]()

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.waits.append(seconds)

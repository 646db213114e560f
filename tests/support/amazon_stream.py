# SPDX-License-Identifier: Apache-2.0
"""Amazon Transcribe's WebSocket on loopback, as AWS documents it; frames are read by botocore's own reader."""

from __future__ import annotations

import io
import json
import threading
import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from speech_servers import variable

from stresstest.recognizers import Transcript
from stresstest.recognizers.amazon_transcribe_streaming import framed

Talk = Callable[[Any, bytes, dict[str, list[str]], threading.Event], None]
"""Of a connection, the PCM that was sent, the query, and what is set when the server stops; it sends the answer."""


@contextmanager
def stream_server(talk: Talk, queries: list[dict[str, list[str]]] | None = None) -> Iterator[str]:
    """The address of a server that reads a whole stream, then talks; keys and region are in the environment."""
    from websockets.sync.server import serve

    stopping = threading.Event()

    def handle(socket: Any) -> None:
        query = parse_qs(urlsplit(socket.request.path).query)
        if queries is not None:
            queries.append({**query, "host": [socket.request.headers["Host"]]})
        talk(socket, _pcm(socket), query, stopping)

    with ExitStack() as stack:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "testing-access", "AWS_SECRET_ACCESS_KEY": "testing-secret-of-amazon",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
        }.items():  # fmt: skip
            stack.enter_context(variable(name, value))
        server = stack.enter_context(serve(handle, "127.0.0.1", 0))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            stopping.set()
            server.shutdown()
            thread.join()


def _pcm(socket: Any) -> bytes:
    from botocore.eventstream import EventStreamBuffer

    frames, pcm = EventStreamBuffer(), b""
    for message in socket:
        frames.add_data(message)
        for event in frames:
            assert event.headers[":event-type"] == "AudioEvent"
            if not event.payload:
                return pcm
            pcm += event.payload
    return pcm


def hearing(hear: Callable[[bytes], Transcript]) -> Talk:
    """A service that says a part of what it heard first, then all."""

    def talk(socket: Any, pcm: bytes, query: dict[str, list[str]], stopping: threading.Event) -> None:
        assert query["media-encoding"] == ["pcm"]
        file = io.BytesIO()
        with wave.open(file, "wb") as out:
            out.setparams((1, 2, int(query["sample-rate"][0]), 0, "NONE", ""))
            out.writeframes(pcm)
        heard = hear(file.getvalue())
        items = [
            {"Content": w.text, "StartTime": w.start_s, "EndTime": w.end_s, "Type": "pronunciation", "Confidence": 0.75,
             "VocabularyFilterMatch": False} for w in heard.words
        ]  # fmt: skip
        stop = {"Content": ".", "StartTime": 0.0, "EndTime": 0.0, "Type": "punctuation"}
        for partial, text in ((True, heard.text[:3]), (False, heard.text)):
            alternative = {"Transcript": text, "Items": [] if partial else [*items, stop]}
            result = {
                "Alternatives": [alternative],
                "IsPartial": partial,
                "ResultId": "1",
                "StartTime": 0,
                "EndTime": 1,
            }
            socket.send(event({"Transcript": {"Results": [result] if heard.text else []}}))

    return talk


def event(content: object) -> bytes:
    """A TranscriptEvent."""
    named = {":content-type": "application/json", ":event-type": "TranscriptEvent", ":message-type": "event"}
    return framed(named, json.dumps(content).encode())


def refusing(code: str) -> Talk:
    """A service that answers with an exception."""

    def talk(socket: Any, pcm: bytes, query: dict[str, list[str]], stopping: threading.Event) -> None:
        named = {":content-type": "application/json", ":exception-type": code, ":message-type": "exception"}
        socket.send(framed(named, b'{"Message": "as the test wants it"}'))

    return talk

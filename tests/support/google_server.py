# SPDX-License-Identifier: Apache-2.0
"""Google's `google.cloud.speech.v2.Speech/Recognize` on loopback: a real gRPC server with the published messages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from stresstest.recognizers import Transcript

METHOD = "/google.cloud.speech.v2.Speech/Recognize"
Answer = Callable[[Any, Any, threading.Event], Any]
"""Of a request, its context and what is set when the server stops; the response."""


@contextmanager
def google_server(answer: Answer) -> Iterator[str]:
    """The address of a server that answers as `answer` says."""
    import grpc
    from google.cloud.speech_v2.types import cloud_speech as v2

    stopping = threading.Event()

    class Handlers(grpc.GenericRpcHandler):
        def service(self, call: Any) -> Any:
            if call.method != METHOD:
                return None
            return grpc.unary_unary_rpc_method_handler(
                lambda request, context: answer(request, context, stopping),
                request_deserializer=v2.RecognizeRequest.deserialize,
                response_serializer=lambda said: (
                    said if isinstance(said, bytes) else v2.RecognizeResponse.serialize(said)
                ),
            )

    server = grpc.server(ThreadPoolExecutor(8), handlers=[Handlers()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        stopping.set()
        server.stop(None).wait()


def hearing(hear: Callable[[bytes], Transcript]) -> Answer:
    """A server that listens."""

    def answer(request: Any, context: Any, stopping: threading.Event) -> Any:
        import grpc
        from google.cloud.speech_v2.types import cloud_speech as v2

        if not request.recognizer.endswith("/recognizers/_") or "auto_decoding_config" not in request.config:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "a recognizer and a decoding config are needed")
        heard, features = hear(request.content), request.config.features
        words = [
            v2.WordInfo(
                word=w.text,
                start_offset=timedelta(seconds=w.start_s or 0.0) if features.enable_word_time_offsets else None,
                end_offset=timedelta(seconds=w.end_s or 0.0) if features.enable_word_time_offsets else None,
                confidence=0.75 if features.enable_word_confidence else 0.0,
            )
            for w in heard.words
        ]
        best = v2.SpeechRecognitionAlternative(transcript=heard.text, confidence=0.5, words=words)
        result = v2.SpeechRecognitionResult(alternatives=[best], language_code=request.config.language_codes[0])
        return v2.RecognizeResponse(results=[result] if heard.text else [])

    return answer


def aborting(code: str, message: str = "as the test wants it") -> Answer:
    """A server that gives up with a status; DEADLINE_EXCEEDED: by answering nothing."""

    def answer(request: Any, context: Any, stopping: threading.Event) -> Any:
        import grpc

        if code == "DEADLINE_EXCEEDED":
            stopping.wait()
        context.abort(getattr(grpc.StatusCode, code), message)

    return answer

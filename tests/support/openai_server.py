# SPDX-License-Identifier: Apache-2.0
"""A server that speaks OpenAI's `POST /v1/audio/transcriptions`, as its published OpenAPI description has it."""

from __future__ import annotations

from collections.abc import Callable

from speech_servers import Reply, Request, Service

from stresstest.recognizers import Transcript


def openai_service(hear: Callable[[bytes], Transcript], verbose: bool = True) -> Service:
    """verbose: whether it knows `verbose_json`; as gpt-4o-transcribe does not, it may refuse it."""

    def answer(request: Request) -> Reply:
        if (request.method, request.path) != ("POST", "/v1/audio/transcriptions"):
            return Reply.json({"error": {"message": f"Unknown request URL: {request.path}"}}, 404)
        parts = request.parts()
        form = parts.get("response_format", b"json").decode()
        if not {"file", "model"} <= set(parts) or form not in ("json", "verbose_json"):
            return Reply.json({"error": {"message": "missing", "type": "invalid_request_error"}}, 400)
        if form == "verbose_json" and not verbose:
            said = "response_format 'verbose_json' is not compatible with model 'toy'. Use 'json' or 'text' instead."
            return Reply.json({"error": {"message": said, "param": "response_format"}}, 400)
        heard = hear(parts["file"])
        return Reply.json({"text": heard.text} if form == "json" else _verbose(heard))

    return answer


def _verbose(heard: Transcript) -> dict[str, object]:
    end = max((w.end_s or 0.0 for w in heard.words), default=0.0)
    segment = {
        "id": 0, "seek": 0, "start": 0.0, "end": end, "text": f" {heard.text}", "tokens": [50364, 3],
        "temperature": 0.0, "avg_logprob": -0.25, "compression_ratio": 0.9, "no_speech_prob": 0.01,
    }  # fmt: skip
    words = [{"word": w.text, "start": w.start_s, "end": w.end_s} for w in heard.words]
    return {
        "task": "transcribe", "language": "english", "duration": end, "text": heard.text,
        "segments": [segment] if heard.words else [], "words": words, "usage": {"type": "duration", "seconds": 1},
    }  # fmt: skip

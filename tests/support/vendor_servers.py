# SPDX-License-Identifier: Apache-2.0
"""Azure's fast transcription and Deepgram's `POST /v1/listen` as their references publish them, PocketSphinx behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from speech_servers import Reply, Request, Service

from stresstest.recognizers import Transcript

KEY = "planted-key-of-a-vendor-0123"
Hear = Callable[[bytes], Transcript]


def azure_service(hear: Hear) -> Service:
    """`Transcriptions - Transcribe`, api-version 2025-10-15."""

    def answer(request: Request) -> Reply:
        where, asked = urlsplit(request.path), request.headers
        if (request.method, where.path) != ("POST", "/speechtotext/transcriptions:transcribe"):
            return Reply.json({"error": {"code": "404", "message": "Resource not found"}}, 404)
        if asked.get("ocp-apim-subscription-key") != KEY:
            return Reply.json(
                {"error": {"code": "401", "message": "Access denied due to invalid subscription key."}}, 401
            )
        parts = request.parts()
        definition = json.loads(parts["definition"])
        if parse_qs(where.query)["api-version"] != ["2025-10-15"] or definition["profanityFilterMode"] != "None":
            return Reply.json({"code": "InvalidArgument", "message": "Invalid request."}, 400)
        return Reply.json(_azure(hear(parts["audio"]), definition.get("locales", ["en-GB"])[0]))

    return answer


def _azure(heard: Transcript, locale: str) -> dict[str, object]:
    words = [
        {"text": w.text, "offsetMilliseconds": _ms(w.start_s), "durationMilliseconds": _ms(w.end_s) - _ms(w.start_s)}
        for w in heard.words
    ]
    end = max((_ms(w.end_s) for w in heard.words), default=0)
    phrase = {
        "offsetMilliseconds": 0, "durationMilliseconds": end, "text": heard.text, "words": words, "locale": locale,
        "confidence": 0.625,
    }  # fmt: skip
    phrases = [phrase] if heard.text else []
    return {"durationMilliseconds": end, "combinedPhrases": [{"text": heard.text}], "phrases": phrases}


def _ms(seconds: float | None) -> int:
    return round(1000 * (seconds or 0.0))


def deepgram_service(hear: Hear) -> Service:
    """`Listen - Pre-Recorded Audio`, v1."""

    def answer(request: Request) -> Reply:
        where, asked = urlsplit(request.path), request.headers
        if (request.method, where.path) != ("POST", "/v1/listen"):
            return Reply.json({"err_code": "NOT_FOUND", "err_msg": "no such path"}, 404)
        if asked.get("authorization") != f"Token {KEY}":
            said = f"Invalid credentials: {asked.get('authorization')}"
            return Reply.json({"err_code": "INVALID_AUTH", "err_msg": said, "request_id": "1"}, 401)
        given = parse_qs(where.query)
        if given.get("mip_opt_out") != ["true"] or not given.get("model"):
            return Reply.json({"err_code": "Bad Request", "err_msg": "a query is missing", "request_id": "1"}, 400)
        return Reply.json(_deepgram(hear(request.body), request.body, given))

    return answer


def _deepgram(heard: Transcript, body: bytes, given: dict[str, list[str]]) -> dict[str, object]:
    words = [
        {"word": w.text, "start": w.start_s, "end": w.end_s, "confidence": 0.875, "punctuated_word": w.text.title()}
        for w in heard.words
    ]
    alternative = {"transcript": heard.text, "confidence": 0.875 if words else 0.0, "words": words}
    channel: dict[str, object] = {"alternatives": [alternative]}
    if "detect_language" in given:
        channel |= {"detected_language": "en", "language_confidence": 0.9}
    metadata = {
        "transaction_key": "deprecated", "request_id": "1", "sha256": sha256(body).hexdigest(), "duration": 1.0,
        "created": "2026-04-01T00:00:00.000Z", "channels": 1, "models": ["m"],
        "model_info": {"m": {"name": "general-nova-3", "version": "1", "arch": given["model"][0]}},
    }  # fmt: skip
    return {"metadata": metadata, "results": {"channels": [channel]}}

# SPDX-License-Identifier: Apache-2.0
"""Amazon on loopback: a real moto server for S3 and Transcribe.

moto keeps jobs and objects but writes no transcript; what stands before it here listens to the audio of a started job
with PocketSphinx and writes the file that AWS documents where the job asks for it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from speech_servers import variable

from stresstest.recognizers import Transcript

BUCKET, REGION = "speech", "us-east-1"
SECRET_KEY = "planted/Secret/Key/of/Amazon/0123456789ab"


@contextmanager
def amazon(hear: Callable[[bytes], Transcript], progression: str = "immediate") -> Iterator[tuple[str, Any]]:
    """(address, S3 client); keys are in the environment. progression: of jobs, `manual` goes a step a look."""
    import boto3
    from moto.moto_api import state_manager
    from moto.server import ThreadedMotoServer

    with ExitStack() as stack:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "testing-access", "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }.items():  # fmt: skip
            stack.enter_context(variable(name, value))
        state_manager.set_transition("transcribe::transcriptionjob", {"progression": progression, "times": 1})
        stack.callback(state_manager.unset_transition, "transcribe::transcriptionjob")
        moto = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
        moto.start()
        assert moto._server is not None
        stack.callback(moto._server.server_close)
        stack.callback(moto.stop)
        address = "http://{}:{}".format(*moto.get_host_and_port())
        store = boto3.client("s3", endpoint_url=address)
        stack.callback(store.close)
        store.create_bucket(Bucket=BUCKET)
        moto._server.app = _listening(moto._server.app, store, hear)
        yield address, store


def _listening(app: Any, store: Any, hear: Callable[[bytes], Transcript]) -> Any:
    def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
        if environ.get("HTTP_X_AMZ_TARGET") != "Transcribe.StartTranscriptionJob":
            return app(environ, start_response)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        statuses: list[str] = []

        def remember(status: str, *rest: Any) -> Any:
            statuses.append(status)
            return start_response(status, *rest)

        answer = app({**environ, "wsgi.input": io.BytesIO(body)}, remember)
        if statuses[0].startswith("200"):
            _transcribe(json.loads(body), store, hear)
        return answer

    return wrapped


def _transcribe(job: dict[str, Any], store: Any, hear: Callable[[bytes], Transcript]) -> None:
    bucket, _, key = job["Media"]["MediaFileUri"].removeprefix("s3://").partition("/")
    heard = hear(store.get_object(Bucket=bucket, Key=key)["Body"].read())
    items = [
        {"type": "pronunciation", "start_time": f"{w.start_s}", "end_time": f"{w.end_s}",
         "alternatives": [{"confidence": "0.75", "content": w.text}]} for w in heard.words
    ]  # fmt: skip
    stop = {"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": "."}]}
    results = {"transcripts": [{"transcript": heard.text}], "items": [*items, stop], "audio_segments": []}
    content = {
        "jobName": job["TranscriptionJobName"], "accountId": "123456789012", "status": "COMPLETED", "results": results,
    }  # fmt: skip
    store.put_object(Bucket=job["OutputBucketName"], Key=job["OutputKey"], Body=json.dumps(content).encode())

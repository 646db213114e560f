# SPDX-License-Identifier: Apache-2.0
"""Amazon Transcribe, batch: audio goes to an S3 bucket, a job is started and asked after, its JSON is fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers._amazon import BOTO3, Amazon, of_code
from stresstest.recognizers._exchange import mean_confidence, wav_bytes, word_of
from stresstest.recognizers._service_errors import ServiceError
from stresstest.recognizers.base import Transcript, Word

FIRST_LOOK_S, LATER, LONGEST_LOOK_S = 2.0, 1.5, 15.0
"""A job is asked after so many seconds, then LATER times as many, never more than LONGEST_LOOK_S."""


@dataclass(kw_only=True)
class AmazonTranscribe(Amazon):
    """boto3, its own retries off; region, profile, language, vocabulary and endpoint as `Amazon` has them.

    bucket: an S3 bucket that you own; prefix: where in it. keep: leave audio, transcript and job there. timeout_s: of
    one job, waiting included. A job's name says which audio and options it is of: a run that was killed takes up its
    jobs again, and pays none twice. Raises RecognizerError.
    """

    bucket: str
    prefix: str = "stresstest"
    keep: bool = False
    _clients: Any = field(default=None, init=False, repr=False, compare=False)

    @property
    def revision(self) -> str:
        """`amazon_transcribe`, boto3's version and the options; the service says no version of its models."""
        options = {k: getattr(self, k) for k in ("region", "language", "vocabulary", "endpoint")}
        return f"amazon_transcribe batch boto3 {BOTO3.version} {json.dumps(options)}"

    def open(self) -> None:
        """Make the clients. Raises RecognizerError where there are no keys or no region, or MissingExtraError."""
        session = self.session()
        from botocore.config import Config

        config = Config(
            retries={"total_max_attempts": 1}, connect_timeout=self.timeout_s, read_timeout=self.timeout_s,
            max_pool_connections=max(10, 2 * self.concurrency),
        )  # fmt: skip
        names = ("s3", "transcribe")
        self._clients = tuple(session.client(name, endpoint_url=self.endpoint, config=config) for name in names)

    def ask(self, wave: Waveform, job: str) -> Transcript:
        """One job: audio up, job started or found, asked after until it is done, transcript down."""
        if self._clients is None:
            raise RecognizerError("The recognizer is not open; call open() before transcribe().")
        store, service = self._clients
        sound, text = (f"{self.prefix.strip('/')}/{job}.{kind}".lstrip("/") for kind in ("wav", "json"))
        store.put_object(Bucket=self.bucket, Key=sound, Body=wav_bytes(wave))
        self._start(service, job, sound, text)
        self._wait(service, job)
        said = store.get_object(Bucket=self.bucket, Key=text)["Body"].read()
        try:
            return _transcript(json.loads(said)["results"])
        finally:
            if not self.keep:
                self._clear(job, sound, text)

    def _start(self, service: Any, job: str, sound: str, text: str) -> None:
        settings = {"Settings": {"VocabularyName": self.vocabulary}} if self.vocabulary else {}
        with suppress(service.exceptions.ConflictException):  # a job of that name is there: it is of the same audio
            service.start_transcription_job(
                TranscriptionJobName=job, LanguageCode=self.language, MediaFormat="wav",
                MediaSampleRateHertz=self.rate, Media={"MediaFileUri": f"s3://{self.bucket}/{sound}"},
                OutputBucketName=self.bucket, OutputKey=text, **settings,
            )  # fmt: skip

    def _wait(self, service: Any, job: str) -> None:
        begun, look = self.clock.now(), FIRST_LOOK_S
        while True:
            found = service.get_transcription_job(TranscriptionJobName=job)["TranscriptionJob"]
            status = found["TranscriptionJobStatus"]
            if status == "COMPLETED":
                return
            if status == "FAILED":
                service.delete_transcription_job(TranscriptionJobName=job)  # or no later try could start it
                raise ServiceError("refused", f"the job failed: {found.get('FailureReason', 'no reason is given')}")
            if self.clock.now() + look > begun + self.timeout_s:
                raise ServiceError("timeout", f"the job is {status} after {self.timeout_s:g} s", again=True)
            self.clock.sleep(look)
            look = min(look * LATER, LONGEST_LOOK_S)

    def _clear(self, job: str, *objects: str) -> None:
        """An answer that is there is not given up for what cannot be deleted."""
        from botocore.exceptions import BotoCoreError, ClientError

        store, service = self._clients
        with suppress(ClientError, BotoCoreError):
            service.delete_transcription_job(TranscriptionJobName=job)
            for key in objects:
                store.delete_object(Bucket=self.bucket, Key=key)

    def explain(self, error: Exception) -> ServiceError | None:
        """What botocore raises."""
        from botocore import exceptions as aws
        from botocore.parsers import ResponseParserError

        said = f"{type(error).__name__}: {error}"
        if isinstance(error, aws.ClientError):
            code, about = error.response.get("Error", {}).get("Code", ""), error.response.get("ResponseMetadata", {})
            return of_code(code, said, about, self.clock.now())
        if isinstance(error, aws.ReadTimeoutError | aws.ConnectTimeoutError):
            return ServiceError("timeout", said, again=True)
        if isinstance(error, aws.HTTPClientError | aws.ConnectionError | aws.IncompleteReadError):
            return ServiceError("unavailable", said, again=True)
        if isinstance(error, ResponseParserError):
            return ServiceError("bad_output", said, again=True)
        return super().explain(error)

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients or ():
            client.close()
        self._clients = None


def _transcript(results: Mapping[str, Any]) -> Transcript:
    """From the `results` of a transcript file; the confidence is the mean of its words'."""
    words = tuple(_word(item) for item in results["items"] if item["type"] == "pronunciation")
    text = results["transcripts"][0]["transcript"].strip()
    return Transcript(text, mean_confidence((w.confidence, 1.0) for w in words), words, results.get("language_code"))


def _word(item: Mapping[str, Any]) -> Word:
    best = item["alternatives"][0]
    return word_of(best["content"], item["start_time"], item["end_time"], best.get("confidence"))

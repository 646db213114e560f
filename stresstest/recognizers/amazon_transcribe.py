# SPDX-License-Identifier: Apache-2.0
"""Amazon Transcribe, batch: audio goes to an S3 bucket, a job is started and asked after, its JSON is fetched."""

from __future__ import annotations

import importlib.metadata
import json
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from stresstest.audio import Waveform
from stresstest.errors import MissingExtraError, RecognizerError
from stresstest.recognizers._exchange import check_address, mean_confidence, wav_bytes, word_of
from stresstest.recognizers._hosted import Hosted
from stresstest.recognizers._service_errors import ServiceError, of_status
from stresstest.recognizers.base import Transcript, Word

FIRST_LOOK_S, LATER, LONGEST_LOOK_S = 2.0, 1.5, 15.0
"""A job is asked after so many seconds, then LATER times as many, never more than LONGEST_LOOK_S."""
BILLED_AT_LEAST_S = 15.0
"""Seconds that a request is billed for at least, as of April 2026; an estimate of the bill, never the bill."""
SLOW_DOWN = ("LimitExceededException", "ThrottlingException", "Throttling", "TooManyRequestsException", "SlowDown")
"""Codes that mean "later" although their HTTP status is 400."""


@dataclass(kw_only=True)
class AmazonTranscribe(Hosted):
    """boto3, its own retries off; keys come from the AWS chain (environment, profile, role), never from an option.

    bucket: an S3 bucket that you own; prefix: where in it. region, profile: None for what the chain says. language:
    as Transcribe names it. vocabulary: name of a custom vocabulary. keep: leave audio, transcript and job there.
    endpoint: of a server in place of AWS. timeout_s: of one job, waiting included. A job's name says which audio and
    options it is of: a run that was killed takes up its jobs again, and pays none twice. Raises RecognizerError.
    """

    bucket: str
    prefix: str = "stresstest"
    region: str | None = None
    profile: str | None = None
    language: str = "en-US"
    vocabulary: str | None = None
    keep: bool = False
    endpoint: str | None = None
    rate: int = 16000
    _clients: Any = field(default=None, init=False, repr=False, compare=False)
    _credentials: tuple[str, ...] = field(default=(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.endpoint is not None:
            check_address("endpoint", self.endpoint, "http://localhost:5000")
        if self.key_variable is not None:
            raise RecognizerError(
                f"recognizer.key_variable={self.key_variable}: Amazon's keys come from its own chain (AWS_PROFILE, "
                "AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, or a role). Set recognizer.key_variable=null."
            )

    @property
    def rate_hz(self) -> int:
        """As `rate` says."""
        return self.rate

    @property
    def revision(self) -> str:
        """`amazon_transcribe`, boto3's version and the options; the service says no version of its models."""
        options = {k: getattr(self, k) for k in ("region", "language", "vocabulary", "endpoint")}
        return f"amazon_transcribe batch boto3 {_version()} {json.dumps(options)}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the AWS chain gave, beside the environment's."""
        return (*self._credentials, *super().secrets)

    def billed_seconds(self, wave: Waveform) -> float:
        """Whole seconds, BILLED_AT_LEAST_S at least."""
        return max(BILLED_AT_LEAST_S, math.ceil(wave.seconds))

    def open(self) -> None:
        """Make the clients. Raises RecognizerError where there are no keys or no region, or MissingExtraError."""
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError
        except ImportError as error:
            raise _missing() from error
        config = Config(
            retries={"total_max_attempts": 1}, connect_timeout=self.timeout_s, read_timeout=self.timeout_s,
            max_pool_connections=max(10, 2 * self.concurrency),
        )  # fmt: skip
        try:
            session = boto3.Session(region_name=self.region, profile_name=self.profile)
            found = session.get_credentials()
            if found is None:
                raise RecognizerError(
                    "recognizer=amazon_transcribe finds no AWS keys. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
                    "AWS_SECRET_ACCESS_KEY, or run where a role gives them."
                )
            self._credentials = tuple(k for k in found.get_frozen_credentials()[:3] if k)
            made = [session.client(name, endpoint_url=self.endpoint, config=config) for name in ("s3", "transcribe")]
        except BotoCoreError as error:
            raise RecognizerError(f"recognizer=amazon_transcribe cannot start: {error}.") from error
        self._clients = tuple(made)

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
            return _explained(error.response, said, self.clock.now())
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


def _explained(response: Mapping[str, Any], said: str, now: float) -> ServiceError:
    """Of AWS's error codes; a job that another worker has fetched and deleted meanwhile is started anew."""
    code, about = response.get("Error", {}).get("Code", ""), response.get("ResponseMetadata", {})
    if code in SLOW_DOWN:
        return ServiceError("rate_limited", said, again=True)
    if code in ("NoSuchKey", "NotFoundException") or "requested job couldn't be found" in said:
        return ServiceError("unavailable", said, again=True)
    return of_status(about.get("HTTPStatusCode", 500), said, about.get("HTTPHeaders"), now)


def _transcript(results: Mapping[str, Any]) -> Transcript:
    """From the `results` of a transcript file; the confidence is the mean of its words'."""
    words = tuple(_word(item) for item in results["items"] if item["type"] == "pronunciation")
    text = results["transcripts"][0]["transcript"].strip()
    return Transcript(text, mean_confidence((w.confidence, 1.0) for w in words), words, results.get("language_code"))


def _word(item: Mapping[str, Any]) -> Word:
    best = item["alternatives"][0]
    return word_of(best["content"], item["start_time"], item["end_time"], best.get("confidence"))


def _version() -> str:
    try:
        return importlib.metadata.version("boto3")
    except importlib.metadata.PackageNotFoundError as error:
        raise _missing() from error


def _missing() -> MissingExtraError:
    return MissingExtraError("recognizer=amazon_transcribe", "boto3", "aws")

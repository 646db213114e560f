# SPDX-License-Identifier: Apache-2.0
"""What batch and streaming of Amazon Transcribe share: keys from AWS's chain, the bill, and what errors mean."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stresstest.audio import Waveform
from stresstest.errors import RecognizerError
from stresstest.recognizers._exchange import check_address
from stresstest.recognizers._hosted import Hosted
from stresstest.recognizers._libraries import Library
from stresstest.recognizers._service_errors import ServiceError, of_status

BOTO3 = Library("boto3", "aws", "Amazon Transcribe")
WEBSOCKETS = Library("websockets", "aws", "recognizer=amazon_transcribe_streaming")
BILLED_AT_LEAST_S = 15.0
"""Seconds that a request is billed for at least, as of April 2026; an estimate of the bill, never the bill."""
SLOW_DOWN = ("LimitExceededException", "ThrottlingException", "Throttling", "TooManyRequestsException", "SlowDown")
"""Codes that mean "later" although their HTTP status is 400."""


@dataclass(kw_only=True)
class Amazon(Hosted):
    """Keys come from the AWS chain (environment, profile, role), never from an option.

    region, profile: None for what the chain says. language: as Transcribe names it. vocabulary: name of a custom
    vocabulary. endpoint: of a server in place of AWS. Raises RecognizerError.
    """

    region: str | None = None
    profile: str | None = None
    language: str = "en-US"
    vocabulary: str | None = None
    endpoint: str | None = None
    rate: int = 16000
    _credentials: Any = field(default=None, init=False, repr=False, compare=False)

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
    def secrets(self) -> tuple[str, ...]:
        """What the AWS chain gave, beside the environment's."""
        found = self._credentials.get_frozen_credentials()[:3] if self._credentials else ()
        return (*(key for key in found if key), *super().secrets)

    def billed_seconds(self, wave: Waveform) -> float:
        """Whole seconds, BILLED_AT_LEAST_S at least."""
        return max(BILLED_AT_LEAST_S, math.ceil(wave.seconds))

    def session(self) -> Any:
        """A boto3 session that has keys. Raises RecognizerError or MissingExtraError."""
        try:
            import boto3
            from botocore.exceptions import BotoCoreError
        except ImportError as error:
            raise BOTO3.missing from error
        try:
            made = boto3.Session(region_name=self.region, profile_name=self.profile)
            self._credentials = made.get_credentials()
        except BotoCoreError as error:
            raise RecognizerError(f"Amazon Transcribe cannot start: {error}.") from error
        if self._credentials is None:
            raise RecognizerError(
                "Amazon Transcribe finds no AWS keys. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY, or run where a role gives them."
            )
        if made.region_name is None:
            raise RecognizerError(
                "Amazon Transcribe needs a region: recognizer.region=eu-west-1, or AWS_DEFAULT_REGION."
            )
        return made


def of_code(code: str, said: str, about: Mapping[str, Any], now: float) -> ServiceError:
    """Of AWS's error codes; a job that another worker has fetched and deleted meanwhile is started anew."""
    if code in SLOW_DOWN:
        return ServiceError("rate_limited", said, again=True)
    if code in ("NoSuchKey", "NotFoundException") or "requested job couldn't be found" in said:
        return ServiceError("unavailable", said, again=True)
    return of_status(about.get("HTTPStatusCode", 500), said, about.get("HTTPHeaders"), now)

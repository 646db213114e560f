# SPDX-License-Identifier: Apache-2.0
"""Keys come from the environment; an option that holds one is refused and not shown."""

from __future__ import annotations

import pytest
from batch_recognizers import Paid

from stresstest.errors import RecognizerError

PLANTED = [
    "sk-proj-4fT9aBcD1234567890abcdef", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
    "0123456789abcdef0123456789abcdef", "https://me:secret@host/v1",
]  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("option", ["key_variable", "counter"])
def test_a_key_in_an_option_is_refused_and_not_shown(option: str, planted: str) -> None:
    with pytest.raises(RecognizerError, match=f"recognizer.{option}") as caught:
        Paid(**{option: planted})
    assert planted not in str(caught.value)


@pytest.mark.parametrize(
    "innocent",
    ["whisper-1", "https://localhost:8000/v1", "arn:aws:iam::123456789012:role/TranscribeAccess", "/data/V2/x.bin",
     "distil-whisper/distil-large-v3.5-ct2", "us-east-1", "parakeet-tdt-0.6b-v2"],
)  # fmt: skip
def test_what_is_no_key_is_taken(innocent: str) -> None:
    assert Paid(counter=innocent).counter == innocent


def test_a_key_comes_from_the_named_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Paid(key_variable="TOY_API_KEY")
    monkeypatch.delenv("TOY_API_KEY", raising=False)
    with pytest.raises(RecognizerError, match="environment variable TOY_API_KEY, which is not set"):
        _ = service.key
    monkeypatch.setenv("TOY_API_KEY", "planted-key")
    assert service.key == "planted-key"
    assert "planted-key" in service.secrets

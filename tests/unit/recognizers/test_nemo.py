# SPDX-License-Identifier: Apache-2.0
"""What can be tried without NeMo; no test here runs it."""

import importlib.util

import pytest

from stresstest.errors import MissingExtraError, RecognizerError
from stresstest.recognizers.nemo import Nemo


@pytest.mark.skipif(importlib.util.find_spec("nemo") is not None, reason="NeMo is installed")
def test_without_the_library_the_line_that_installs_it_is_said() -> None:
    with pytest.raises(MissingExtraError, match=r"pip install 'stresstest\[nemo\]'"):
        Nemo("model.nemo").open()
    with pytest.raises(MissingExtraError, match="recognizer=nemo needs the library nemo_toolkit"):
        Nemo("model.nemo").revision  # noqa: B018 - the property raises


def test_a_device_that_is_none_is_refused() -> None:
    with pytest.raises(RecognizerError, match=r"recognizer\.device: got 'gpu'"):
        Nemo("model.nemo", device="gpu")

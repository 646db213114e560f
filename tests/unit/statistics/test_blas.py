# SPDX-License-Identifier: Apache-2.0
"""BLAS is held to one thread inside, and as before behind."""

import pytest
from threadpoolctl import threadpool_info

from stresstest.statistics.blas import one_blas_thread


def threads() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_one_thread_inside_and_as_before_behind_even_after_an_error() -> None:
    before = threads()
    assert before
    with pytest.raises(ZeroDivisionError), one_blas_thread():
        assert set(threads()) == {1}
        raise ZeroDivisionError
    assert threads() == before

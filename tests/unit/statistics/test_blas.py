# SPDX-License-Identifier: Apache-2.0
"""BLAS is held to one thread inside, and as before behind."""

import pytest
from threadpoolctl import threadpool_info

from stresstest.statistics.blas import one_blas_thread


def threads() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_one_thread_inside_and_as_before_behind() -> None:
    before = threads()
    assert before
    with one_blas_thread():
        assert set(threads()) == {1}
    assert threads() == before


def test_an_error_inside_gives_the_threads_back() -> None:
    @one_blas_thread()
    def fail() -> None:
        raise ZeroDivisionError

    before = threads()
    with pytest.raises(ZeroDivisionError):
        fail()
    assert threads() == before

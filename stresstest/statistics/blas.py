# SPDX-License-Identifier: Apache-2.0
"""Matrix products by one thread each, where they are many and small."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread; the work is shared by `threads`, in larger pieces.

    On a busy machine the threads of BLAS wait for one another ninety times as long as such a product takes.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        yield

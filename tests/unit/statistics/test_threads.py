# SPDX-License-Identifier: Apache-2.0
"""Work on several threads: the order of the items, and no more of them taken than are needed."""

import threading
from collections.abc import Iterator

import pytest

from stresstest.statistics.threads import in_order


def test_results_come_in_the_order_of_the_items_whoever_is_done_first() -> None:
    last = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert last.wait(10)  # the first is done only when the second has been
        else:
            last.set()
        return item * item

    assert list(in_order(work, range(2), 2)) == [0, 1]
    assert list(in_order(lambda item: item * item, range(50), 3)) == [item * item for item in range(50)]


def test_items_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    results = in_order(lambda item: item, items(), 2)
    assert next(results) == 0
    assert len(taken) == 4
    results.close()  # type: ignore[attr-defined]


def test_what_fails_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda item: 1 // item, [1, 0], 2))

# SPDX-License-Identifier: Apache-2.0
"""A file is written whole or not at all, and a full disk is named by the file that it hits."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from stresstest.places import write_whole
from stresstest.results import Results


def text(path: Path) -> None:
    write_whole(path, "new\n" * 10_000)


def table(path: Path) -> None:
    Results.from_rows([{"recognizer": "r"}], ()).write(path)


@pytest.mark.parametrize("write", [text, table])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_keeps_the_old_file_and_is_named(write: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")
    (tmp_path / "file.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as caught:
        write(path)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(path))
    assert [f.name for f in tmp_path.iterdir()] == ["file"]
    assert path.read_text(encoding="utf-8") == "old"

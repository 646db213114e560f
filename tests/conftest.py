# SPDX-License-Identifier: Apache-2.0
"""What tests of several folders share."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def synthetic_run() -> ModuleType:
    """The module that writes run folders without audio."""
    name = "synthetic_run"
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def ward_run(synthetic_run: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of three accents, eight speakers each, ten conditions, one failed decode; read only."""
    folder: Path = synthetic_run.write_run(tmp_path_factory.mktemp("ward"))
    return folder


@pytest.fixture(scope="session", autouse=True)
def speech_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One cache of synthesized speech for the session, apart from the user's own."""
    before = os.environ.get("STRESSTEST_CACHE")
    folder = Path(before) if before else tmp_path_factory.mktemp("cache")
    os.environ["STRESSTEST_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["STRESSTEST_CACHE"]

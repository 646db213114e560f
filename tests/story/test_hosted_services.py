# SPDX-License-Identifier: Apache-2.0
"""`stresstest run` over a service on loopback: caps stop it, a higher one ends it, and no file ever holds the key."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from odd_recognizers import WORDS
from openai_server import openai_service
from small_studies import write_corpus
from speech_servers import Reply, Request, Service, served
from tiny_runs import overrides

from stresstest.cli import main
from stresstest.recognizers import Transcript
from stresstest.results import Results

pytest.importorskip("openai", reason="needs the extra openai: pip install 'stresstest[openai]'")
CELLS = 32
KEY = "planted0815keywhichnobodymaysee"


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), speakers=2, utterances=2)


@pytest.fixture(scope="module")
def right() -> Service:
    """Says a digit that depends on every sample."""
    return openai_service(lambda file: Transcript(WORDS[int(sha256(file).hexdigest(), 16) % len(WORDS)]))


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """What Hydra's entry point leaves behind in a process goes."""
    from hydra.core.hydra_config import HydraConfig

    before = sys.argv, os.environ.get("HYDRA_FULL_ERROR"), signal.getsignal(signal.SIGTERM)
    yield
    sys.argv = before[0]
    if before[1] is None:
        os.environ.pop("HYDRA_FULL_ERROR", None)
    signal.signal(signal.SIGTERM, before[2])
    HydraConfig.instance().cfg = None


def call(manifest: Path, address: str, output: Path, *more: str) -> int:
    asked = [f"recognizer.base_url={address}/v1", "recognizer.model=toy", f"output={output}", *more]
    executor = "local" if "executor.workers=2" in more else "inline"
    return main(["run", *overrides(manifest, "openai_compatible", executor), *asked])


def rows(folder: Path) -> list[dict[str, object]]:
    """The results, less what a clock measured."""
    table = Results.read(folder / "results.parquet").table
    return table.drop_columns(["decode_seconds"]).to_pylist()


@pytest.mark.parametrize(
    ("cap", "more", "enough", "says"),
    [("max_requests=13", "executor.workers=2", "max_requests=32", "13 requests and recognizer.max_requests=13"),
     ("max_cost=8", "recognizer.cost_per_hour=3600", "max_cost=40", "US dollars and recognizer.max_cost=8")],
)  # fmt: skip
def test_a_cap_stops_the_run_and_a_higher_one_ends_it_as_if_there_were_none(
    cap: str, more: str, enough: str, says: str, manifest: Path, right: Service, tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    number = itertools.count()

    def counted(request: Request) -> Reply:
        next(number)
        return right(request)

    with served(counted) as address:
        assert call(manifest, address, tmp_path / "out", more, f"recognizer.{cap}") == 5
        said = capfd.readouterr().err
        assert says in said
        assert f"raise {cap.partition('=')[0]}, and the same command goes on" in said
        assert "Traceback" not in said
        assert not (tmp_path / "out" / "results.parquet").exists()
        assert call(manifest, address, tmp_path / "out", more, f"recognizer.{enough}") == 0
        assert next(number) == CELLS, "no answer is asked for twice"
        price = [more] if more.startswith("recognizer.") else []
        assert call(manifest, address, tmp_path / "whole", *price) == 0
    assert rows(tmp_path / "out") == rows(tmp_path / "whole")


def test_a_cap_on_cost_without_a_price_is_refused(
    manifest: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert call(manifest, "http://127.0.0.1:1", tmp_path / "out", "recognizer.max_cost=1") == 2
    assert "recognizer.max_cost=1 needs recognizer.cost_per_hour" in capfd.readouterr().err


def echoing(status: int) -> Service:
    """A service that shows in body and header what it was sent."""

    def answer(request: Request) -> Reply:
        sent = dict(request.headers)
        body = {"error": {"message": f"Incorrect API key provided: {sent}", "headers": sent}}
        return Reply.json(body, status, **{"X-Echo": str(sent.get("authorization"))})

    return answer


@pytest.mark.parametrize(("status", "ends"), [(200, 0), (401, 5), (500, 5)])
def test_a_planted_key_is_in_no_file_and_no_message(
    status: int, ends: int, manifest: Path, right: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    keys = []

    def watched(request: Request) -> Reply:
        keys.append(request.headers.get("authorization"))
        return right(request) if status == 200 else echoing(status)(request)

    monkeypatch.setenv("PLANTED_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    more = ["recognizer.key_variable=PLANTED_API_KEY", "recognizer.tries=1", "executor.workers=2"]
    with served(watched) as address:
        assert call(manifest, address, tmp_path / "out", *more) == ends
    assert set(keys) == {f"Bearer {KEY}"}
    assert len(keys) == CELLS
    out, err = capfd.readouterr()
    assert KEY not in out + err
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {"study.yaml", "results.parquet", "provenance.json", "run.log"} <= {file.name for file in files}
    assert not [file for file in files if KEY.encode() in file.read_bytes()]
    messages = {row["failure_message"] for row in rows(tmp_path / "out")}
    assert messages == {None} if status == 200 else any("(redacted)" in str(message) for message in messages)
    assert not any(KEY in str(message) for message in messages)


def test_a_key_that_is_missing_or_given_as_an_option_is_refused(
    manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PLANTED_API_KEY", raising=False)
    nowhere = "http://127.0.0.1:1"
    assert call(manifest, nowhere, tmp_path / "out", "recognizer.key_variable=PLANTED_API_KEY") == 2
    assert "environment variable PLANTED_API_KEY, which is not set" in capfd.readouterr().err
    assert call(manifest, nowhere, tmp_path / "other", f"recognizer.key_variable={KEY}") == 2
    assert KEY not in "".join(capfd.readouterr())
    assert not [f for f in tmp_path.rglob("*") if f.is_file() and KEY.encode() in f.read_bytes()]

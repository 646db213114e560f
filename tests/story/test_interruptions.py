"""The command line, interrupted: nothing finished is lost, and the same command ends as if nothing had happened."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small_studies import write_corpus

from stresstest.results import Results

SUPPORT = Path(__file__).parents[1] / "support"
FREE = 150


def _command(manifest: Path, output: Path, gate: Path, recognizer: str = "odd_recognizers.Gated") -> list[str]:
    configs = manifest.parent / "conf" / "recognizer"
    configs.mkdir(parents=True, exist_ok=True)
    text = f"_target_: {recognizer}\nstretches: 5\ngate: {gate}\nfree: {FREE}\n"
    (configs / "gated.yaml").write_text(text, encoding="utf-8")
    return [
        sys.executable, "-m", "stresstest", "run", "corpus=manifest", f"corpus.path={manifest}", "grid=clean",
        "grid.axes.noise=[speech_shaped]", "grid.axes.snr_db=[10,5,0]", "grid.extra=[{channel: g711_ulaw}]",
        "recognizer=gated", "study=own", "--config-dir", str(configs.parent),
        "allowed_packages=[stresstest,odd_recognizers,batch_recognizers]", "executor.workers=2",
        f"output={output}", "appendix.formats=[md]",
    ]  # fmt: skip


def _start(command: list[str]) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(SUPPORT)}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command,
        env=environment,
        stdout=pipe,
        stderr=pipe,
        text=True,
        start_new_session=True,
        preexec_fn=_heed_interrupts,
    )


def _heed_interrupts() -> None:
    """A shell's job in the background ignores them, and so would what these tests start there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _caught_midway(command: list[str], gate: Path) -> subprocess.Popen[str]:
    """The process at a moment when a worker is in the middle of a unit."""
    os.mkfifo(gate)
    reader = os.open(gate, os.O_RDONLY | os.O_NONBLOCK)
    process = _start(command)
    ready, _, _ = select.select([reader], [], [], 120)
    if not ready:
        process.kill()
        pytest.fail(f"the run never came to the gate: {process.communicate()[1]}")
    os.close(reader)
    return process


GATED, BATCHED = "odd_recognizers.Gated", "batch_recognizers.Batched"


@pytest.mark.parametrize(
    ("number", "status", "recognizer"),
    [(signal.SIGKILL, -9, GATED), (signal.SIGINT, 130, GATED), (signal.SIGTERM, 130, GATED),
     (signal.SIGKILL, -9, BATCHED)],
)  # fmt: skip
def test_resume_ends_byte_identical(number: signal.Signals, status: int, recognizer: str, tmp_path: Path):
    manifest, gate = write_corpus(tmp_path / "corpus", speakers=6, utterances=6), tmp_path / "gate"
    output, whole = tmp_path / "out", tmp_path / "whole"
    process = _caught_midway(_command(manifest, output, gate, recognizer), gate)
    os.kill(process.pid, number)
    _, said = process.communicate()
    assert process.returncode == status, said
    assert number == signal.SIGKILL or "the same command goes on" in said
    finished = {f.name: f.read_bytes() for f in (output / "units").glob("*.parquet")}
    assert finished
    assert not (output / "results.parquet").exists()
    gate.unlink()

    again = _start(_command(manifest, output, gate, recognizer))
    _, said = again.communicate()
    assert again.returncode == 0, said
    assert "already done" in said
    assert all((output / "units" / name).read_bytes() == content for name, content in finished.items())

    other = _start(_command(manifest, whole, gate, recognizer))
    assert other.wait() == 0
    other.communicate()
    assert Results.read(output / "results.parquet").signature() == Results.read(whole / "results.parquet").signature()
    assert (output / "disparity.json").read_bytes() == (whole / "disparity.json").read_bytes()


def test_a_second_process_is_refused(tmp_path: Path):
    manifest, gate = write_corpus(tmp_path / "corpus", speakers=6, utterances=6), tmp_path / "gate"
    first = _caught_midway(_command(manifest, tmp_path / "out", gate), gate)
    second = _start(_command(manifest, tmp_path / "out", gate))
    _, said = second.communicate()
    assert second.returncode == 2
    assert "Another process is working in" in said
    assert "Traceback" not in said
    first.kill()
    first.communicate()

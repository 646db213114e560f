# SPDX-License-Identifier: Apache-2.0
"""Where a torch model runs."""

from __future__ import annotations

import re

from stresstest.errors import RecognizerError

DEVICES = "auto, cpu, mps, cuda, cuda:0, cuda:1 …"


def check_device(given: str) -> None:
    """Raises RecognizerError where `given` is no device; whether this machine has it, `torch_device` sees."""
    if not isinstance(given, str) or not re.fullmatch(r"auto|cpu|mps|cuda(:\d+)?", given):
        raise RecognizerError(f"recognizer.device: got {given!r}; allowed: {DEVICES}.")


def torch_device(given: str) -> str:
    """`auto` is the first GPU, Apple's or NVIDIA's, else the CPU. Raises RecognizerError where it is not here."""
    import torch

    cuda = torch.cuda.device_count() if torch.cuda.is_available() else 0
    mps = torch.backends.mps.is_available()
    if given == "auto":
        return "cuda" if cuda else "mps" if mps else "cpu"
    number = int(given.partition(":")[2] or 0)
    if (given.startswith("cuda") and number >= cuda) or (given == "mps" and not mps):
        here = ", ".join(["cpu", *(["mps"] if mps else []), *(f"cuda:{k}" for k in range(cuda))])
        raise RecognizerError(f"recognizer.device: torch has no {given} here; it has {here}. Set device=auto.")
    return given


def free_gpu() -> None:
    """Give back what torch keeps on a GPU for later."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()

# SPDX-License-Identifier: Apache-2.0
"""Runs that take a second, for tests of the configuration and of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

RECOGNIZERS = ("Loudness", "Moody", "Keyed", "Interrupted")
ALLOWED = "allowed_packages=[stresstest,odd_recognizers]"


def write_configs(folder: Path, **options: dict[str, Any]) -> Path:
    """A folder for --config-dir whose recognizers are the odd ones, with these options each; the folder."""
    (folder / "recognizer").mkdir(parents=True, exist_ok=True)
    for name in RECOGNIZERS:
        config = {"_target_": f"odd_recognizers.{name}", "stretches": 5, **options.get(name.lower(), {})}
        text = yaml.safe_dump(config, sort_keys=False)
        (folder / "recognizer" / f"{name.lower()}.yaml").write_text(text, encoding="utf-8")
    return folder


def overrides(manifest: Path, recognizer: str = "loudness", executor: str = "inline") -> list[str]:
    """Two noisy conditions and a telephone over a manifest."""
    return [
        "study=own", f"corpus.path={manifest}", f"recognizer={recognizer}", ALLOWED, "corpus.min_speakers=1",
        "grid=clean", "grid.axes.noise=[white]", "grid.axes.snr_db=[10,0]", "grid.extra=[{channel: g711_ulaw}]",
        f"executor={executor}", "appendix.formats=[md]", "appendix.sections=[headline]", "render.padding_ms=50",
    ]  # fmt: skip

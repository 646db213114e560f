# SPDX-License-Identifier: Apache-2.0
"""A page for every recognizer and corpus, from its own YAML and docstrings: docs/recognizers, docs/corpora.

Usage: .venv/bin/python scripts/plugin_pages.py   (scripts/docs calls it; a test holds the pages to what this gives)
"""

from __future__ import annotations

import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FAMILIES = {"recognizer": "recognizers", "corpus": "corpora"}
TITLES = {"recognizer": "Recognizers", "corpus": "Data sets"}
OPTION = re.compile(r"^(?P<key>\w+):(?: +(?P<value>[^#\n]*?))?(?: +# (?P<said>.*))?$")
GLOBAL = "# @package _global_\n"
MARK = "<!-- Written by scripts/docs from the YAML file and the docstrings; not to be edited by hand. -->"


@dataclass(frozen=True)
class Config:
    """One YAML file of conf/recognizer or conf/corpus, read as text: its comments are what the page says."""

    group: str
    name: str
    text: str

    @property
    def summary(self) -> str:
        """The comment at the top."""
        lines = []
        for line in self.text.removeprefix(GLOBAL).splitlines():
            if not line.startswith("# "):
                break
            lines.append(line[2:])
        return " ".join(lines)

    @property
    def own(self) -> str:
        """The lines of this component: of a file for the whole configuration those under its group, moved out."""
        if not self.text.startswith(GLOBAL):
            return self.text
        under = self.text.partition(f"\n{self.group}:\n")[2]
        return textwrap.dedent(re.split(r"\n(?=\S)", under)[0])

    @property
    def target(self) -> str:
        """package.module.Class"""
        return next(value for key, value, _ in options(self.own) if key == "_target_")

    @property
    def options(self) -> list[tuple[str, str, str]]:
        """Key, default and comment of each option of its own."""
        return [option for option in options(self.own) if option[0] not in ("_target_", "defaults")]


def configs(group: str) -> list[Config]:
    """Those of a group, by name; files without a class of their own are parts or variants of others."""
    files = sorted((ROOT / "conf" / group).glob("*.yaml"))
    texts = {file.stem: file.read_text(encoding="utf-8") for file in files}
    return [Config(group, name, text) for name, text in texts.items() if "_target_:" in text]


def options(text: str) -> Iterator[tuple[str, str, str]]:
    """Key, value and comment of each line that sets a key; comments on their own lines below one go on with it."""
    found: list[tuple[str, str, str]] = []
    for line in text.splitlines():
        if match := OPTION.match(line):
            found.append((match["key"], (match["value"] or "").strip(), match["said"] or ""))
        elif found and line.startswith("  ") and (more := line.strip()).startswith("# "):
            key, value, said = found[-1]
            found[-1] = key, value, f"{said} {more[2:]}".strip()
    yield from found


def page(config: Config) -> str:
    """The page of one file."""
    module_name, _, class_name = config.target.rpartition(".")
    module = importlib.import_module(module_name)
    parts = [
        MARK,
        f"# {config.group}={config.name}",
        config.summary,
        f"```sh\n{command(config)}\n```",
        "## Options",
        table(config),
        "## In the words of the code",
        inspect.cleandoc(module.__doc__ or ""),
        inspect.getdoc(getattr(module, class_name)) or "",
        *tried(config),
        f"[The YAML file](../../conf/{config.group}/{config.name}.yaml) · "
        f"[the code](../../{module_name.replace('.', '/')}.py)",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def command(config: Config) -> str:
    """How it is asked for, with what has no default."""
    needed = [f"{config.group}.{key}=…" for key, value, _ in config.options if value == "???"]
    return " ".join(["stresstest plan study=own" if config.group == "corpus" else "stresstest run",
                     f"{config.group}={config.name}", *needed])  # fmt: skip


def table(config: Config) -> str:
    """The options of its own; a corpus takes the shared ones, too."""
    rows = [f"| `{key}` | {shown(value)} | {cell(said)} |" for key, value, said in config.options]
    shared = "Every corpus takes [the options of the choice](README.md#what-every-corpus-takes) as well."
    lines = ["| option | default | |", "|---|---|---|", *rows] if rows else ["None of its own."]
    return "\n".join(lines) + (f"\n\n{shared}" if config.group == "corpus" else "")


def shown(value: str) -> str:
    """A default as the reader may type it."""
    return "**must be given**" if value == "???" else f"`{value}`" if value else "nothing"


def cell(text: str) -> str:
    """Text that may stand in a table."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def tried(config: Config) -> list[str]:
    """Whether the contract suite runs this back end, or why it cannot."""
    if config.group != "recognizer":
        return []
    from recognizers._without import WITHOUT

    if reason := WITHOUT.get(config.name):
        return ["## How far it is tried", f"Not by the suite that every back end passes: {reason}"]
    return ["## How far it is tried", "By the suite that every back end passes (tests/contracts/test_recognizers.py)."]


def index(group: str) -> str:
    """The page that lists them."""
    rows = [f"| [`{c.name}`]({c.name}.md) | {cell(c.summary)} |" for c in configs(group)]
    parts = [MARK, f"# {TITLES[group]}", "\n".join(["| | |", "|---|---|", *rows])]
    if group == "corpus":
        shared = Config(group, "_selection", (ROOT / "conf" / group / "_selection.yaml").read_text(encoding="utf-8"))
        parts += ["## What every corpus takes", table(shared).partition("\n\n")[0]]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[Path, str]:
    """Every file, relative to the repository, and its text."""
    found: dict[Path, str] = {}
    for group, folder in FAMILIES.items():
        found[Path("docs", folder, "README.md")] = index(group)
        found |= {Path("docs", folder, f"{c.name}.md"): page(c) for c in configs(group)}
    return found


def main() -> None:
    """Write what has changed, remove what is no one's."""
    wanted = pages()
    for folder in FAMILIES.values():
        for file in (ROOT / "docs" / folder).glob("*.md"):
            if file.relative_to(ROOT) not in wanted:
                file.unlink()
    for path, text in wanted.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(ROOT / "tests"))
    main()

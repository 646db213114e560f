# SPDX-License-Identifier: Apache-2.0
"""Any speech data set of Hugging Face's library `datasets`: saved, in Parquet or of the hub, streamed or not."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from stresstest.corpora._folder import NO_ACCENT, NO_AUDIO, NO_TEXT
from stresstest.corpora._layout import AUDIO
from stresstest.corpora._own import OwnCorpus, strata_of
from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError, MissingExtraError, allowed
from stresstest.places import cache_folder, whole

OF_THE_HUB = re.compile(r"[\w.-]+/[\w.-]+")
LOOSE = "A folder of loose audio files is read without it by corpus=audiofolder."
SAVED = ("dataset_dict.json", "state.json")


@dataclass(frozen=True)
class HuggingFace(OwnCorpus):
    """One split of a data set: `path` is what `save_to_disk` wrote, a folder of Parquet, or OWNER/NAME.

    `audio`, `text`, `speaker`, `accent`, `id`: names of columns (`id` None: the row's number). `strata`: further ones
    to keep. `config`, `revision`: of the hub. `streaming`: rows come one by one and nothing but the audio of these is
    stored; with `first`, no more rows are read. Sound goes into files of the cache as it is in the data set, neither
    decoded nor resampled; for data sets of loose audio files the library itself wants torchcodec. Rows without audio,
    text or accent are left out, counted by reason.
    """

    split: str = "test"
    config: str | None = None
    revision: str | None = None
    streaming: bool = False
    first: int | None = None
    audio: str = "audio"
    text: str = "text"
    speaker: str = "speaker_id"
    accent: str = "accent"
    id: str | None = None
    strata: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.first is not None and self.first < 1:
            raise CorpusError(f"corpus.first is {self.first}; allowed are whole numbers from 1, or null for all rows.")
        if not self.folder.is_dir() and not OF_THE_HUB.fullmatch(self.path):
            raise CorpusError(
                f"{self.path}: there is no such folder, and it is no OWNER/NAME of the hub. Give the folder that "
                "save_to_disk wrote, one of Parquet files, or OWNER/NAME."
            )

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        prefix = re.sub(r"\W+", "-", self.split)
        for number, (row, told) in enumerate(self._rows()):
            audio = _file(row[self.audio])
            missing = [why for why, has in _needs(audio, told[self.text], told[self.accent]) if not has]
            if audio is None or missing:
                left_out[missing[0]] += 1
                continue
            if not told[self.speaker]:
                raise CorpusError(
                    f"{self.path}: row {number} of {self.split} has no {self.speaker!r} (corpus.speaker)."
                )
            name = told[self.id].replace("/", "-") if self.id else f"{prefix}-{number:07d}"
            strata = strata_of(told, self.strata)
            yield Utterance(name, audio, told[self.text], told[self.speaker], told[self.accent], strata)

    def _rows(self) -> Iterator[tuple[Mapping[str, Any], Mapping[str, str]]]:
        """Each row, and its columns as text. Raises CorpusError for whatever cannot be loaded."""
        try:
            import datasets
        except ImportError as error:
            raise MissingExtraError("corpus=huggingface", "datasets", "huggingface") from error
        try:
            table = self._table(datasets)
            for row in islice(table, self.first):
                yield row, {k: _text(table.features[k], v) for k, v in row.items() if k != self.audio}
        except (OSError, ValueError, KeyError, ImportError, datasets.exceptions.DatasetsError) as error:
            cause = _first_cause(error)
            more = f". {LOOSE}" if "torchcodec" in str(cause) else ""
            raise CorpusError(f"{self.path}: the split {self.split!r} cannot be loaded: {cause}{more}") from error

    def _table(self, datasets: Any) -> Any:
        """The split with the columns that are used, sound undecoded. Raises CorpusError for a column unknown."""
        table = self._loaded(datasets)
        features = table.features or table._resolve_features().features
        used = [self.audio, self.text, self.speaker, self.accent, *self.strata, *([self.id] if self.id else [])]
        for name in used:
            if name not in features:
                raise CorpusError(f"{self.path}: there is no column {name!r}; {allowed(name, features)}.")
        table = table.select_columns(list(dict.fromkeys(used)))
        return table.cast_column(self.audio, datasets.Audio(decode=False))

    def _loaded(self, datasets: Any) -> Any:
        if not any((self.folder / name).is_file() for name in SAVED):
            path = str(self.folder) if self.folder.is_dir() else self.path
            cache = str(cache_folder() / "huggingface")
            options = {"split": self.split, "streaming": self.streaming, "revision": self.revision, "cache_dir": cache}
            return datasets.load_dataset(path, self.config, **options)
        saved = datasets.load_from_disk(str(self.folder))
        if isinstance(saved, Mapping):
            if self.split not in saved:
                raise CorpusError(f"{self.path}: there is no split {self.split!r}; {allowed(self.split, saved)}.")
            saved = saved[self.split]
        return saved


def _first_cause(error: BaseException) -> BaseException:
    """What went wrong first, below the errors that wrap it."""
    return error if error.__cause__ is None else _first_cause(error.__cause__)


def _needs(audio: Path | None, said: str, accent: str) -> tuple[tuple[str, bool], ...]:
    return (NO_AUDIO, audio is not None), (NO_TEXT, bool(said)), (NO_ACCENT, bool(accent))


def _text(feature: Any, value: Any) -> str:
    """A value as text; class labels by their names."""
    if value is None or (hasattr(feature, "int2str") and value == -1):
        return ""
    return str(feature.int2str(value) if hasattr(feature, "int2str") else value).strip()


def _file(sound: Mapping[str, Any] | None) -> Path | None:
    """The file of a sound; one that is part of a table is written to the cache, named after its bytes."""
    content, path = (sound or {}).get("bytes"), (sound or {}).get("path") or ""
    if content is None:
        return Path(path) if path and Path(path).is_file() else None
    ending = Path(path).suffix.lower()
    digest = hashlib.sha256(content).hexdigest()
    file = cache_folder() / "huggingface" / "audio" / f"{digest}{ending if ending in AUDIO else '.wav'}"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole(file) as part:
            part.write_bytes(content)
    return file

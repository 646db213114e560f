# SPDX-License-Identifier: Apache-2.0
"""Manifests of Lhotse: recordings with supervisions, or cuts, as JSON lines, plain or in gzip.

Layout: `lhotse.audio.Recording`, `lhotse.SupervisionSegment` and `lhotse.cut.MonoCut` of version 1, as their
`to_dict` writes them. It is plain JSON, read here; Lhotse itself is not needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stresstest.corpora._folder import NO_ACCENT, NO_TEXT, gender
from stresstest.corpora._layout import files_of
from stresstest.corpora._own import END_TOLERANCE_S, OwnCorpus, Record, located, number, records, said, strata_of
from stresstest.corpora.base import Utterance
from stresstest.errors import CorpusError

ENDINGS = (".jsonl", ".jsonl.gz")
CUTS = ("MonoCut", "MultiCut")

Spoken = tuple[str, Record, Record, float, float | None]
"""Where it is written, the supervision, its recording, and the part of the recording in which the supervision's times
begin: start in seconds, and end or None."""


@dataclass(frozen=True)
class Lhotse(OwnCorpus):
    """A folder with `*recordings*.jsonl.gz` and `*supervisions*.jsonl.gz`, or one file of cuts.

    `accent`, `speaker`: keys of a supervision or of its `custom` values. `strata`: further ones to keep, `gender` by
    itself. `audio_root`: where relative paths begin (None: the manifests' folder). Audio that is not there as it is
    in a file (cuts mixed of several, recordings with transforms, commands, archives) is refused.
    """

    accent: str = "accent"
    speaker: str = "speaker"
    strata: Sequence[str] = ("gender",)
    audio_root: str | None = None

    def __post_init__(self) -> None:
        if self.folder.is_file():
            return
        for kind in ("recordings", "supervisions"):
            if not self._tables(kind):
                raise CorpusError(
                    f"{self.path}: there is no file {kind}.jsonl.gz in it. Give a folder with recordings and "
                    "supervisions of Lhotse (.jsonl or .jsonl.gz), or the file of a CutSet."
                )

    def _tables(self, kind: str) -> list[Path]:
        found = files_of(self.folder) if self.folder.is_dir() else ()
        return [file for file in found if kind in file.name and file.name.endswith(ENDINGS)]

    def _read(self, left_out: Counter[str]) -> Iterator[Utterance]:
        place = self.folder.parent if self.folder.is_file() else self.folder
        root = place if self.audio_root is None else Path(self.audio_root).expanduser()
        for where, heard, recording, start, end in self._cuts() if self.folder.is_file() else self._supervisions():
            about = {**(heard.get("custom") or {}), **{k: v for k, v in heard.items() if k != "custom"}}
            words, accent = str(about.get("text") or "").strip(), str(about.get(self.accent) or "").strip()
            if not (words and accent):
                left_out[NO_TEXT if accent else NO_ACCENT] += 1
                continue
            audio = located(where, _source(where, recording, heard), root)
            strata = strata_of(about, self.strata)
            strata |= {"gender": gender(strata["gender"])} if "gender" in strata else {}
            name, speaker = said(where, heard, "id", "path"), said(where, about, self.speaker, "speaker")
            part = _part(where, heard, recording, start, end)
            yield Utterance(name.replace("/", "-"), audio, words, speaker, accent, strata, *part)

    def _supervisions(self) -> Iterator[Spoken]:
        recordings = {r.get("id"): r for file in self._tables("recordings") for _, r in records(file)}
        for file in self._tables("supervisions"):
            for where, heard in records(file):
                if heard.get("recording_id") not in recordings:
                    raise CorpusError(f"{where}: there is no recording {heard.get('recording_id')!r} in {self.path}.")
                yield where, heard, recordings[heard["recording_id"]], 0.0, None

    def _cuts(self) -> Iterator[Spoken]:
        for where, cut in records(self.folder):
            if cut.get("type", "MonoCut") not in CUTS or not isinstance(cut.get("recording"), Mapping):
                raise CorpusError(
                    f"{where}: got a {cut.get('type', 'cut without a recording')}; allowed are cuts of one recording. "
                    "Save the audio of the others first (`cuts.save_audios`)."
                )
            start = number(where, cut, "start", 0.0) or 0.0
            end = start + (number(where, cut, "duration", None) or float("inf"))
            for heard in cut.get("supervisions") or ():
                yield where, heard, cut["recording"], start, end


def _source(where: str, recording: Record, heard: Record) -> str:
    """The path of the one file that holds the recording. Raises CorpusError where it takes more than reading it."""
    sources, own = recording.get("sources") or [{}], recording.get("id")
    if len(sources) != 1 or sources[0].get("type") != "file":
        kinds = ", ".join(str(source.get("type")) for source in sources)
        raise CorpusError(f"{where}: recording {own!r} comes from {kinds}; allowed is one audio file.")
    if recording.get("transforms"):
        raise CorpusError(
            f"{where}: recording {own!r} is changed on loading ({recording['transforms']}). Save the changed audio, or "
            "name the recordings before their change."
        )
    heard_in = heard.get("channel", 0)
    channels = set(heard_in if isinstance(heard_in, list) else [heard_in])
    if channels != set(sources[0].get("channels") or [0]):
        raise CorpusError(
            f"{where}: is heard in channel {sorted(channels)} of a file with {sources[0].get('channels')}. Write each "
            "channel to a file of its own."
        )
    return str(sources[0].get("source"))


def _part(
    where: str, heard: Record, recording: Record, begins: float, ends: float | None
) -> tuple[float | None, float | None]:
    """Start and end in the recording in seconds; neither for the whole. A supervision may reach out of its cut, as
    those of neighbors do: what lies outside is not in the audio, and is refused."""
    start, lasts = heard.get("start"), heard.get("duration")
    length = number(where, recording, "duration", None) or 0.0
    if not isinstance(start, int | float) or not isinstance(lasts, int | float) or lasts <= 0:
        raise CorpusError(f"{where}: the supervision starts at {start!r} s and lasts {lasts!r} s; allowed are numbers.")
    first, last = begins + start, begins + start + lasts
    limit = min(length, length if ends is None else ends)
    if first < begins - END_TOLERANCE_S or last > limit + END_TOLERANCE_S:
        raise CorpusError(
            f"{where}: the supervision is from {first:g} to {last:g} s, beyond the {begins:g} to {limit:g} s of the "
            "audio it belongs to. Trim the cuts to their supervisions (`trim_to_supervisions`)."
        )
    if first <= END_TOLERANCE_S and last >= length - END_TOLERANCE_S:
        return None, None
    return max(first, 0.0), last

# SPDX-License-Identifier: Apache-2.0
"""Speech that is not English goes all the way: Unicode accents, text from right to left, characters for words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jiwer
import pytest
from small_studies import write_corpus

from stresstest.cli import main

ARABIC = {"a": "القاهرة", "b": "المغرب العربي"}
CHINESE = {"a": "北京", "b": "廣東"}
HEARD = "病人需要水"


def manifest(folder: Path, accents: dict[str, str], texts: list[str]) -> Path:
    """Twenty utterances of five speakers of each of two accents, the texts in turn."""
    path = write_corpus(folder, speakers=5, utterances=2)
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    for n, row in enumerate(rows[1:]):
        row[2], row[4] = texts[n % len(texts)], accents[row[4]]
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def run(where: Path, corpus: Path, *overrides: str) -> Path:
    own = ["study=own", "corpus=manifest", f"corpus.path={corpus}", "executor=inline", f"output={where}"]
    assert main(["run", *own, "grid=smoke", "grid.extra=[]", "normalizer=language", *overrides]) == 0
    return where


def documents(folder: Path) -> dict[str, str]:
    return {name: (folder / f"appendix.{name}").read_text(encoding="utf-8") for name in ("html", "md", "json")}


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arabic")
    corpus = manifest(folder / "corpus", ARABIC, ["أعطِ المريضَ حبّتين", "الآن يا دكتور", "غرفة رقم ١٢"])
    some, law = "corpus.max_utterances_per_speaker=1", "+recognizer.law.floor=0.2"
    return run(
        folder / "run", corpus, "normalizer.language=ar", "normalizer.marks=drop", "recognizer=known_truth", some, law
    )


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chinese")
    corpus = manifest(folder / "corpus", CHINESE, ["病人需要水。", "請給病人兩片藥", "现在去CT室"])
    command = f"recognizer.command=[sh, -c, 'printf {HEARD}', '{{wav}}']"
    return run(folder / "run", corpus, "normalizer.language=zh", "recognizer=command", command)


def test_names_from_right_to_left_are_set_apart_in_every_document(arabic: Path) -> None:
    made = documents(arabic)
    body = made["html"].partition("</style>")[2]
    for name in ARABIC.values():
        shown = re.findall(rf"(?<=.{{5}}){name}(?=.{{6}})", re.sub(r'="[^"]*"', "", body))
        assert shown
        assert body.count(f"<bdi>{name}</bdi>") == len(shown)
        assert f"\u2068{name}\u2069" in made["md"]
        assert re.findall(f"(.){name}", made["md"]) == ["\u2068"] * made["md"].count(name)
    assert set(json.loads((arabic / "disparity.json").read_text())["cells"][0]["groups"]) == set(ARABIC.values())
    assert "language:ar,marks=drop" in made["md"].replace("\\", "")
    assert "Not tried: the other ways of scoring" in made["md"]
    assert "chosen of the corpus: At most 1 utterance of a speaker. Used: 10 of 20 utterances" in made["md"]


def test_characters_are_counted_and_called_so(chinese: Path) -> None:
    found = json.loads((chinese / "disparity.json").read_text())
    assert found["unit"] == "character"
    references = {"北京": [], "廣東": []}
    import pyarrow.parquet as pq

    for row in pq.read_table(chinese / "results.parquet").to_pylist():
        if row["condition"] == "clean":
            references[row["accent"]].append(row["reference_normalized"].replace(" ", ""))
            assert row["words"] == len(references[row["accent"]][-1])
    for name, said in references.items():
        group = found["cells"][0]["groups"][name]
        wanted = jiwer.process_characters(said, [HEARD] * len(said))
        assert group["words"] == wanted.hits + wanted.substitutions + wanted.deletions
        assert group["wer"] == pytest.approx(wanted.cer)
    for text in documents(chinese).values():
        read = re.sub(r'src="[^"]*"', "", text.partition("</style>")[2] or text)
        assert "CER" in read
        assert "character error rate" in read
        assert not re.search(r"\bWER\b|\bword error rate", read)
    assert all(not re.search(r">[^<]*\bWER\b", f.read_text(encoding="utf-8")) for f in chinese.glob("figures/*.svg"))

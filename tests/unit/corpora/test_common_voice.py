# SPDX-License-Identifier: Apache-2.0
"""What is said where a folder is no release of Common Voice."""

from pathlib import Path

import pytest

from stresstest.corpora.common_voice import CommonVoice
from stresstest.errors import CorpusError


@pytest.mark.parametrize(("table", "looked"), [("manifest.tsv", "validated.tsv"), ("cv-other-dev.csv", "cv-valid-")])
def test_a_folder_with_another_table_alone_is_named_and_a_manifest_has_its_own_way(
    tmp_path: Path, table: str, looked: str
) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / table).write_text("id\n")
    with pytest.raises(CorpusError, match=rf"looked for {looked}.*corpus=manifest corpus\.path=FILE"):
        CommonVoice(str(tmp_path)).utterances()


def test_a_split_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / "validated.tsv").write_text("id\n")
    with pytest.raises(CorpusError, match="no split 'dev'; allowed: validated"):
        CommonVoice(str(tmp_path), split="dev").utterances()

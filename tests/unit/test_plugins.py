# SPDX-License-Identifier: Apache-2.0
"""The folder is the catalogue; and where the data folders lie."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import stresstest
from stresstest.errors import InputError
from stresstest.places import cache_folder, data_folder
from stresstest.plugins import catalogue, load

FAMILIES = ("perturbations", "recognizers", "corpora", "sections")


@pytest.mark.parametrize("family", FAMILIES)
def test_each_file_of_a_family_is_one_plug_in_named_after_it(family: str) -> None:
    names = catalogue(family)
    assert names == sorted(names)
    assert names
    for name in names:
        cls = load(family, name)
        assert cls.__name__.lower() == name.replace("_", "")
        assert cls.__module__ == f"stresstest.{family}.{name}"


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", ["base", "__init__", "_checks", "os", "../seeds", "tonne"])
def test_what_is_no_plug_in_is_refused_with_the_names(family: str, name: str) -> None:
    with pytest.raises(InputError, match=f"among the {family}; allowed: .*{catalogue(family)[0]}"):
        load(family, name)


def test_a_new_file_is_in_the_catalogue_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "perturbations").mkdir()
    for name in ("mine", "_shared", "base"):
        (tmp_path / "perturbations" / f"{name}.py").write_text("class Other: pass\n", encoding="utf-8")
    monkeypatch.setattr(sys.modules["stresstest.plugins"], "__file__", str(tmp_path / "plugins.py"))
    assert catalogue("perturbations") == ["mine"]


def test_data_folders_come_with_the_installation() -> None:
    assert (data_folder("conf") / "config.yaml").is_file()
    assert (data_folder("noise_profiles") / "noise").is_dir()
    assert data_folder("conf").parent in (Path(stresstest.__file__).parent, Path(stresstest.__file__).parents[1])
    with pytest.raises(InputError, match=r"'nothing' that belongs to stresstest .* Install the package again"):
        data_folder("nothing")


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STRESSTEST_CACHE", str(tmp_path / "a" / "b"))
    assert cache_folder() == tmp_path / "a" / "b"
    monkeypatch.delenv("STRESSTEST_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "stresstest"
    assert cache_folder().is_dir()

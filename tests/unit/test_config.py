# SPDX-License-Identifier: Apache-2.0
"""The door of the configuration: every shipped study composes; what is wrong is one sentence with what is allowed."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from small_studies import write_corpus
from tiny_runs import ALLOWED, write_configs

from stresstest.config import build, compose, to_mapping
from stresstest.corpora import Corpus
from stresstest.engine.components import construct
from stresstest.errors import ConfigError, InputError, StresstestError
from stresstest.places import data_folder
from stresstest.recognizers import Recognizer
from stresstest.recognizers.known_truth import KnownTruth
from stresstest.recognizers.pocketsphinx import Pocketsphinx
from stresstest.study import Component, Tolerance

STUDIES = sorted(f.stem for f in (data_folder("conf") / "study").glob("*.yaml"))
GRIDS = sorted(f.stem for f in (data_folder("conf") / "grid").glob("*.yaml"))
SECRET = "sk-do-not-show"
NEEDS_PATH = ("common_voice_ward", "digits_ward", "own", "phone_numbers_ward")


@pytest.fixture(scope="module")
def mapping(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A composed configuration as plain data."""
    folder = tmp_path_factory.mktemp("configs")
    search = f"hydra.searchpath=[file://{write_configs(folder)}]"
    with initialize_config_dir(str(data_folder("conf")), version_base="1.3"):
        return to_mapping(hydra_compose("config", ["recognizer=loudness", "grid=smoke", ALLOWED, search]))


def changed(mapping: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """A copy with `a.b.c` set."""
    copied = copy.deepcopy(mapping)
    inner = copied
    *parents, last = key.split(".")
    for parent in parents:
        inner = inner[parent]
    inner[last] = value
    return copied


@pytest.mark.parametrize("name", STUDIES)
def test_every_shipped_study_composes(name: str, tmp_path: Path) -> None:
    path = [f"corpus.path={write_corpus(tmp_path)}"] if name in NEEDS_PATH and name != "digits_ward" else []
    if name == "digits_ward":
        path = [f"corpus.path={tmp_path}"]
    job = compose(f"study={name}", *path)
    assert job.study.name == name
    assert job.study.question.endswith("?")
    assert 0 < job.study.tolerance.max_gap <= 0.2
    assert job.output == Path("outputs") / name
    assert (job.study.babble is not None) == ("noise/ward_babble" in job.study.profiles)
    (recognizer,) = job.study.recognizers.values()
    assert isinstance(construct(recognizer, Recognizer), KnownTruth if name == "known_truth" else Pocketsphinx)


@pytest.mark.parametrize("name", sorted(set(STUDIES) & set(NEEDS_PATH)))
def test_a_study_without_its_recordings_says_which_key_to_give(name: str) -> None:
    with pytest.raises(ConfigError, match=r"^corpus\.path has no value; give one: corpus\.path=VALUE\.$"):
        compose(f"study={name}")


@pytest.mark.parametrize("name", GRIDS)
def test_every_shipped_grid_is_complete_with_its_controls(name: str) -> None:
    study = compose(f"grid={name}", *(["render.snr_weighting=A"] if name == "ward_scenes" else [])).study
    labels = [c.label for c in study.grid]
    assert labels[0] == "clean"
    assert len(set(labels)) == len(labels)
    assert any(label.startswith("voice=passthrough") for label in labels) == any("voice=" in label for label in labels)


def test_the_demo_asks_what_it_promises() -> None:
    """Clean, three noises at three SNRs, a handset, and two voices with their control."""
    labels = [c.label for c in compose("study=ward_demo").study.grid]
    assert len(labels) == 14
    assert len([label for label in labels if label.startswith("noise=")]) == 9
    assert {
        "clean",
        "device=irs_handset/channel=g711_ulaw",
        "voice=pitch_up_fast",
        "voice=pitch_down_slow",
        "voice=passthrough",
    } <= {*labels}


def test_overrides_reach_the_study() -> None:
    job = compose(
        "grid=clean", "grid.axes.noise=[white]", "grid.axes.snr_db=[20,10]", "seed=3", "reps=2", "executor.workers=3",
        "normalizer=whisper_english", "study.tolerance.max_gap=0.05", "corpus.groups=[american]", "output=elsewhere",
        "render.snr_weighting=A",
    )  # fmt: skip
    study = job.study
    assert [c.label for c in study.grid] == ["clean", "noise=white/snr_db=20", "noise=white/snr_db=10"]
    assert (study.seed, study.reps, study.normalizer, study.tolerance) == (3, 2, "whisper_english", Tolerance(0.05))
    assert (study.selection.groups, study.render.snr_weighting) == (("american",), "A")
    assert (job.executor.parallelism, job.output) == (3, Path("elsewhere"))


def test_a_reference_and_a_population_reach_the_study_and_are_open_by_default() -> None:
    study = compose("grid=clean", "study.reference=american", "study.population={american: 0.6, caribbean: 0.4}").study
    assert (study.reference, study.population) == ("american", {"american": 0.6, "caribbean": 0.4})
    assert (compose("grid=clean").study.reference, compose("grid=clean").study.population) == (None, None)


def test_a_folder_of_profiles_adds_to_the_shipped_ones(tmp_path: Path) -> None:
    file = tmp_path / "noise" / "pump.yaml"
    file.parent.mkdir()
    head = "name: pump\nstage: noise\nsummary: A pump.\nprovenance: archetype\nsource: None.\nlicense: CC0-1.0\n"
    file.write_text(head + "kind: tone\nf0_hz: 50\n", encoding="utf-8")
    study = compose("grid=clean", "grid.extra=[{noise: pump, snr_db: 5}]", f"profiles={tmp_path}").study
    assert study.profiles["noise/pump"].summary == "A pump."
    file.write_text(head + "kind: tone\nf0_herz: 50\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"pump\.yaml:8: unknown key 'f0_herz'; allowed: .*f0_hz"):
        compose("grid=clean", "grid.extra=[{noise: pump, snr_db: 5}]", f"profiles={tmp_path}")


def test_a_profile_whose_control_is_asked_for_brings_it() -> None:
    study = compose("grid=clean", "grid.extra=[{voice: stress_2, room: corridor}]").study
    assert [c.label for c in study.grid][1:] == [
        "voice=stress_2/room=corridor",
        "voice=passthrough_world/room=corridor",
    ]
    assert set(study.profiles) == {"voice/stress_2", "voice/passthrough_world", "room/corridor"}


WRONG: list[tuple[str, Any, str]] = [
    ("sede", 1, r"no key 'sede' in the configuration; allowed: .*did you mean 'seed'"),
    ("seed", "abc", "seed takes a whole number; got 'abc'"),
    ("seed", True, "seed takes a whole number; got True"),
    ("reps", 0, "study.reps takes a number from 1 to 1000"),
    ("reps", 1.5, "reps takes a whole number; got 1.5"),
    ("output", None, "output takes a text; got None"),
    ("profiles", ["a"], "profiles takes a text; got"),
    ("profiles", "/nowhere", "folder of profiles /nowhere holds no stage; lay it out as"),
    ("allowed_packages", "stresstest", "allowed_packages takes a list"),
    ("render.rate", 8000, "no key 'rate' in render; allowed: .*did you mean 'rate_hz'"),
    ("render.rate_hz", "16k", "render.rate_hz takes a number from 8000 to 48000 Hz; got '16k'"),
    ("render.padding_ms", None, "render.padding_ms takes a number"),
    ("render", [1], r"render takes keys with values; got \[1\]"),
    ("study.tolerance", {"gap": 0.1}, "no key 'gap' in study.tolerance; allowed: max_gap"),
    ("study.tolerance", 0.1, "study.tolerance takes keys with values; got 0.1"),
    ("study.tolerance.max_gap", 10, "max_gap takes a number from 0 to 1"),
    ("study.titel", "x", "no key 'titel' in study; allowed: claims, group_by, min_cell_speakers, name, .*tolerance"),
    ("study.name", "", "study.name takes a text; got ''"),
    ("normalizer.name", "whisper", "no normalizer 'whisper'; allowed: basic, whisper_english"),
    ("normalizer.form", "x", "no key 'form' in normalizer; allowed: name"),
    ("appendix.formats", ["pfd"], "appendix.formats: there is no format 'pfd'; allowed: "),
    ("appendix.sections", ["headlin"], "no section 'headlin'; allowed: .*did you mean 'headline'"),
    ("appendix.formats", "html", "appendix.formats takes a list"),
    ("grid.axis", {}, "no key 'axis' in grid; allowed: axes, exclude, extra"),
    ("grid.axes", ["noise"], r"grid.axes takes keys with values; got \['noise'\]"),
    ("grid.axes.noises", ["white"], "grid has no axis 'noises'; allowed: .*did you mean 'noise'"),
    ("grid.axes.snr", [5], "grid has no axis 'snr'"),
    ("grid.axes.noise", "white", r"grid.axes.noise takes a list, for example \[a, b\]; got 'white'"),
    ("grid.axes.noise", ["white", "wite"], "no noise profile 'wite'; allowed: .*did you mean 'white'"),
    ("grid.axes.noise", [["white"]], "axis noise of a condition takes the name of one profile"),
    ("grid.axes.noise", ["white@loud"], "noise profile 'white' has no severity 'loud'; it has none"),
    ("grid.axes.device", ["clipping"], "device profile 'clipping' has no severity ''; allowed: .*write clipping@NAME"),
    ("grid.axes.device", ["clipping@sever"], "no severity 'sever'; allowed: extreme, .*'severe'"),
    ("grid.axes.device", ["white"], "no device profile 'white'; allowed: "),
    ("grid.axes.snr_db", [5, "10dB"], "snr_db takes a number of dB from -60 to 100; got '10dB'"),
    ("grid.axes.snr_db", [5, 500], "snr_db takes a number of dB from -60 to 100; got 500"),
    ("grid.axes.snr_db", None, "axis noise of the grid needs an axis snr_db"),
    ("grid.extra", {"voice": "stress_2"}, r"grid.extra takes a list, for example \[a, b\]"),
    ("grid.extra", ["stress_2"], "grid.extra takes keys with values; got 'stress_2'"),
    ("grid.extra", [{"voice": "stres_2"}], "no voice profile 'stres_2'; allowed: .*did you mean 'stress_2'"),
    ("grid.extra", [{"vioce": "stress_2"}], "condition has no axis 'vioce'; allowed: .*did you mean 'voice'"),
    ("grid.extra", [{"noise": "white", "snr": 5}], "condition has no axis 'snr'; allowed: .*snr_db"),
    ("grid.extra", [{"noise": "white", "snr_db": "5 db"}], "got '5 db'"),
    ("grid.extra", [{"noise": "white"}], "lacks an snr_db"),
    ("grid.exclude", [{"nois": "white"}], "grid has no axis 'nois'"),
    ("grid.exclude", [{"noise": "ward_bable"}], "no noise profile 'ward_bable'; allowed: .*did you mean 'ward_babble'"),
    ("grid.exclude", [{"noise": ["white", "wite"]}], "no noise profile 'wite'"),
    ("grid.exclude", [{"snr_db": ["5dB"]}], "got '5dB'"),
    ("corpus.pat", "x", "WardOrders takes no option 'pat'"),
    ("corpus.groups", "american", "corpus.groups takes a list"),
    ("corpus.groups", [1], r"corpus.groups takes a list of names; got \[1\]"),
    ("corpus.min_speakers", "five", "corpus.min_speakers takes a whole number; got 'five'"),
    ("corpus.max_utterances_per_speaker", 1.5, "corpus.max_utterances_per_speaker takes a whole number; got 1.5"),
    ("corpus.seed", "x", "corpus.seed takes a whole number; got 'x'"),
    ("babble", None, "babble takes keys with values; got None"),
    ("corpus._target_", None, r"corpus\._target_ names a class as package\.module\.Class; got None"),
    ("corpus._target_", "os.system", "os.system is not in an allowed package; allowed: stresstest, odd_recognizers"),
    ("executor._target_", "subprocess.Popen", r"executor\._target_: subprocess\.Popen is not in an allowed package"),
    ("recognizer._target_", "stresstestx.a.B", r"recognizer\._target_: stresstestx\.a\.B is not in an allowed package"),
    ("recognizer._target_", "stresstest.study.Study", r"stresstest\.study\.Study is no Recognizer"),
    ("recognizer._target_", "stresstest.config.build", "is no class"),
    ("recognizer._target_", "stresstest.nothing.Here", "cannot be imported"),
    ("recognizer._target_", "odd_recognizers.Absent", "cannot be imported"),
    ("recognizer._target_", "stresstest.recognizers.base.Recognizer", "takes no option 'stretches'; allowed: none"),
    ("recognizer.strecthes", 3, "odd_recognizers.Loudness takes no option 'strecthes'; allowed: .*'stretches'"),
    ("executor.workers", 0, "executor.workers takes a whole number from 1 to 1024 or null; got 0"),
    ("executor.worker", 2, "Local takes no option 'worker'; allowed: .*did you mean 'workers'"),
    ("executor.time_limit_seconds", "30 s", "time_limit_seconds takes a number of seconds above 0"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "says"), WRONG, ids=lambda v: str(v)[:30])
def test_what_is_wrong_is_refused_in_one_sentence(mapping: dict[str, Any], key: str, value: Any, says: str) -> None:
    with pytest.raises(StresstestError, match=says) as caught:
        construct(build(changed(mapping, key, value)).study.corpus, Corpus)
    assert caught.value.exit_status == 2
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["corpus", "grid", "executor", "study", "seed", "render", "allowed_packages"])
def test_a_missing_key_is_named(mapping: dict[str, Any], key: str) -> None:
    without = {k: v for k, v in mapping.items() if k != key}
    with pytest.raises(ConfigError, match=f"The key {key} is missing in the configuration"):
        build(without)


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("sede=1", "no key 'sede' in the configuration; allowed: .*did you mean 'seed'"),
        ("render.rate=8000", "no key 'rate' in render; allowed: .*did you mean 'rate_hz'"),
        ("recognizer.gramar=digit", "no key 'gramar' in recognizer; allowed: .*did you mean 'grammar'"),
        ("study.tolerance.gap=0.1", r"no key 'gap' in study\.tolerance; .* A mapping gets a new key by \+study\."),
        ("study=ward_dmo", "no 'ward_dmo' in the group study; allowed: .*did you mean 'ward_demo'"),
        ("grid.axes=[white]", r"(?s)Error merging override grid\.axes=\[white\].*Cannot merge"),
        ("grid.extra=[{", r"(?s)The override 'grid\.extra=\[\{' cannot be read"),
        ("seed=${nothing}", "'nothing' not found"),
    ],
)
def test_hydras_own_refusals_are_short_and_name_what_is_allowed(override: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        compose(override)
    assert "HYDRA_FULL_ERROR" not in str(caught.value)
    assert "object_type" not in str(caught.value)


def test_a_secret_is_in_no_message(tmp_path: Path) -> None:
    configs = write_configs(tmp_path, keyed={"api_key": SECRET})
    for wrong in ("+recognizer.foo=1", "recognizer.stretchs=1"):
        with pytest.raises(InputError) as caught:
            compose("recognizer=keyed", ALLOWED, "grid=clean", wrong, config_dir=configs)
        assert SECRET not in str(caught.value)
    study = compose("recognizer=keyed", ALLOWED, "grid=clean", config_dir=configs).study
    assert study.recognizers["odd_recognizers"].options["api_key"] == SECRET
    assert SECRET not in str(study.to_mapping())


def test_a_constructor_that_refuses_says_no_secret() -> None:
    """One argument of Component is missing."""
    component = Component("stresstest.study.Component", {"options": {"api_key": SECRET}})
    with pytest.raises(ConfigError, match=r"cannot be made from .*redacted.* missing .*'target'") as caught:
        construct(component, Component)
    assert SECRET not in str(caught.value)

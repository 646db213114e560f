# SPDX-License-Identifier: Apache-2.0
"""Back ends that cannot run here, each with the reason; the only place where one is said."""

WITHOUT: dict[str, str] = {
    "nemo": "NeMo is gigabytes large and is not installed for tests: it is written to the published interface and "
    "has not been run against it; tests/unit/recognizers/test_nemo.py tries refusals alone.",
    "vosk": "A Kaldi model (acoustic model, graph, i-vector extractor) is made by Kaldi's own programs alone, and none "
    "may be fetched; tests/unit/recognizers/test_vosk.py tries refusals by the library and the form of its answers.",
}

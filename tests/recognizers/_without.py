# SPDX-License-Identifier: Apache-2.0
"""Back ends that cannot run here, each with the reason; the only place where one is said."""

WITHOUT: dict[str, str] = {
    "vosk": "A Kaldi model (acoustic model, graph, i-vector extractor) is made by Kaldi's own programs alone, and none "
    "may be fetched; tests/unit/recognizers/test_vosk.py tries refusals by the library and the form of its answers.",
}

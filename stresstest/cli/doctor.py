# SPDX-License-Identifier: Apache-2.0
"""What is installed, which recognizers and corpora work here, and the line that installs what is missing."""

from __future__ import annotations

import argparse

HELP = "what works here, and what to install for the rest"
EXAMPLE = "stresstest doctor"
CORE = (
    "numpy",
    "scipy",
    "soundfile",
    "soxr",
    "torch",
    "torchaudio",
    "audiomentations",
    "hydra",
    "pyarrow",
    "matplotlib",
)
EXTRAS = {
    "demo": {"pocketsphinx": "recognizer=pocketsphinx", "espeakng_loader": "corpus=ward_orders"},
    "codecs": {"av": "channel=amr_nb, opus, g722 and other codecs of FFmpeg"},
    "voice": {"pyworld": "voice=stress_2, fatigue_2, lombard_2 and other voices by WORLD"},
    "regression": {"statsmodels": "a Poisson regression beside the paired comparison of groups"},
    "transformers": {"transformers": "recognizer=transformers"},
    "torchaudio": {"flashlight.lib.text": "recognizer=torchaudio with its beam search (greedy needs nothing)"},
    "faster_whisper": {"faster_whisper": "recognizer=faster_whisper"},
    "whisper_cpp": {"pywhispercpp.model": "recognizer=whisper_cpp"},
    "sherpa_onnx": {"sherpa_onnx": "recognizer=sherpa_onnx"},
    "vosk": {"vosk": "recognizer=vosk"},
    "nemo": {"nemo.collections.asr": "recognizer=nemo"},
    "openai": {"openai": "recognizer=openai_compatible"},
    "aws": {"boto3": "recognizer=amazon_transcribe", "websockets": "recognizer=amazon_transcribe_streaming"},
    "google": {"google.cloud.speech_v2": "recognizer=google_speech"},
    "azure": {"azure.ai.transcription": "recognizer=azure_speech"},
    "deepgram": {"deepgram": "recognizer=deepgram"},
    "huggingface": {"datasets": "corpus=huggingface"},
    "launchers": {
        "hydra_plugins.hydra_joblib_launcher": "hydra/launcher=joblib",
        "hydra_plugins.hydra_submitit_launcher": "hydra/launcher=submitit_local",
    },
}


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def execute(args: argparse.Namespace) -> int:
    """Print a line an item; 2 when something of the core is broken."""
    from stresstest import provenance
    from stresstest.places import cache_folder, data_folder

    environment = provenance.environment()
    print(f"stresstest {environment['stresstest']}, Python {environment['python']}, {environment['platform']}")
    print(f"configs {data_folder('conf')}, profiles {data_folder('noise_profiles')}, cache {cache_folder()}")
    broken = [module for module in CORE if not _works(module, "core", "pip install --force-reinstall stresstest")]
    for extra, modules in EXTRAS.items():
        for module, purpose in modules.items():
            _works(module, purpose, f"pip install 'stresstest[{extra}]'")
    return 2 if broken else 0


def _works(module: str, purpose: str, remedy: str) -> bool:
    import importlib
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(module)
    except Exception as error:
        print(f"missing  {module:40s} {purpose}: {type(error).__name__}: {error}. Run: {remedy}")
        return False
    print(f"ok       {module:40s} {purpose}")
    return True

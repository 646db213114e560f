# SPDX-License-Identifier: Apache-2.0
"""Which weights a model is: the SHA-256 of its files here, or the commit of a model on the Hugging Face hub."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from stresstest.errors import MissingExtraError, RecognizerError

COMMIT = re.compile(r"[0-9a-f]{40}")
MODEL_ID = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")


def digest(path: Path) -> str:
    """SHA-256 of a file, or of the names and digests of all files of a folder but hidden ones, whatever their order."""
    if path.is_file():
        return _file_digest(path, path.stat().st_size, path.stat().st_mtime_ns)
    names = {file.relative_to(path).as_posix(): file for file in path.rglob("*") if file.is_file()}
    lines = [f"{name} {digest(names[name])}\n" for name in sorted(names) if not _hidden(name)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


@lru_cache(maxsize=4096)
def _file_digest(path: Path, size: int, changed_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def given_path(key: str, given: str, *, folder: bool = False) -> Path:
    """The file (or folder) that an option names. Raises RecognizerError where there is none."""
    path = Path(given).expanduser()
    if not (path.is_dir() if folder else path.is_file()):
        kind = "folder" if folder else "file"
        raise RecognizerError(f"recognizer.{key}: there is no {kind} {given}. Give the path of one; it is not fetched.")
    return path


def commit_of(recognizer: str, model: str, revision: str | None, local_only: bool) -> str | None:
    """The commit of a model on the hub, 40 hexadecimal digits; None where `model` is a folder here.

    A commit given is taken as it is. A branch or a tag, or none, means what the cache has under it, and only where the
    cache has nothing what the hub says: a run and its resumptions use the same weights. Raises RecognizerError.
    """
    if Path(model).expanduser().is_dir():
        _refuse_commit(model, revision)
        return None
    if not MODEL_ID.fullmatch(model):
        raise RecognizerError(
            f"recognizer.model: there is no folder {model!r} here, and it is no model id of the hub (owner/name). "
            "Give the path of a folder with a model that was saved there, or an id."
        )
    if revision is not None and COMMIT.fullmatch(revision):
        return revision
    return _cached(recognizer, model, revision) or _asked(model, revision, local_only)


def _refuse_commit(model: str, revision: str | None) -> None:
    if revision is not None:
        raise RecognizerError(
            f"recognizer.commit is for models on the hub; {model} is a folder, whose files are hashed. Set it to null."
        )


def _cached(recognizer: str, model: str, revision: str | None) -> str | None:
    try:
        import huggingface_hub  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(f"recognizer={recognizer}", "huggingface_hub", recognizer) from error
    found = hub_file(model, "config.json", revision)
    return None if found is None else found.parent.name


def hub_file(model: str, name: str, revision: str | None) -> Path | None:
    """A file of a model in the hub's cache here, None where it is not there; nothing is fetched."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(model, name, revision=revision) if MODEL_ID.fullmatch(model) else None
    return Path(found) if isinstance(found, str) else None


def _asked(model: str, revision: str | None, local_only: bool) -> str:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled

    what = f"{model!r} (revision {revision or 'main'})"
    if local_only:
        raise RecognizerError(
            f"recognizer.model: there is no folder {model!r}, and the hub's cache has no {what}. Fetch it where there "
            "is a network, give the path of a folder, or set local_files_only=false."
        )
    try:
        sha = HfApi().model_info(model, revision=revision).sha
    except (HfHubHTTPError, HFValidationError, OfflineModeIsEnabled, OSError) as error:
        reason = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no more is said'}"
        raise RecognizerError(
            f"recognizer.model: there is no folder {model!r}, and the hub does not give {what}: {reason}. Check the "
            "name and the network, log in where the model is gated, or give the path of a folder."
        ) from error
    return str(sha)

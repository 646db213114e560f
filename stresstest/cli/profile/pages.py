# SPDX-License-Identifier: Apache-2.0
"""Write the pages of profiles."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stresstest.profiles import Profile

SAYS = "a Markdown page for each profile, with its picture, and an index"
EXAMPLE = "profile pages --profiles my_profiles --out my_profiles/docs"
MOST_BYTES = 40_000
"""Of a picture: there are many."""


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write to")
    parser.add_argument("--all", action="store_true", help="write current pages again, too")


def execute(args: argparse.Namespace) -> int:
    """Write the pages of the folder given with --profiles, else of the shipped profiles; drop pages of no profile."""
    from stresstest.cli.profile._library import is_shipped, library_of
    from stresstest.cli.profile._page import index
    from stresstest.places import write_whole
    from stresstest.profiles import STAGES

    library = library_of(args)
    every = [library.get(stage, name) for stage in STAGES for name in library.names(stage)]
    profiles = [p for p in every if is_shipped(p) == (args.profiles is None)]
    _check_index(args.out / "README.md")
    args.out.mkdir(parents=True, exist_ok=True)
    status = 0
    for profile in profiles:
        if args.all or not is_current(profile, args.out):
            status = max(status, _written(profile, args.out))
    write_whole(args.out / "README.md", index(profiles))
    for file in strays(profiles, args.out):
        file.unlink()
        print(f"removed {file}: it belongs to no profile")
    return status


def _check_index(file: Path) -> None:
    """Refuse to write over a README of somebody's own."""
    from stresstest.cli.profile._page import INTRODUCTION
    from stresstest.errors import ConfigError

    if file.is_file() and not file.read_text(encoding="utf-8", errors="replace").startswith(INTRODUCTION[:11]):
        raise ConfigError(f"{file} is no index of profiles, and would be written over; name another folder with --out.")


def _written(profile: Profile, folder: Path) -> int:
    """Write one page; a profile that cannot be rendered is named and does not keep the others from theirs."""
    from stresstest.errors import StresstestError

    try:
        _write(profile, folder)
    except StresstestError as error:
        print(f"stresstest: no page for {profile.stage}/{profile.name}: {error}", file=sys.stderr)
        return error.exit_status
    print(f"wrote {folder / profile.stage / profile.name}.md", flush=True)
    return 0


def is_current(profile: Profile, folder: Path) -> bool:
    """Whether the page says what the profile's file says, shows that every claim holds, and has its picture."""
    from stresstest.cli.profile._page import MEASURED, all_hold, page

    file = folder / profile.stage / f"{profile.name}.md"
    if not file.is_file() or not file.with_suffix(".png").is_file():
        return False
    said, _, section = file.read_text(encoding="utf-8").partition(MEASURED)
    return all_hold(section) and said == page(profile, folder)


def strays(profiles: list[Profile], folder: Path) -> list[Path]:
    """Pages, with their pictures, of profiles that are no more; a file that is no page is never among them."""
    from stresstest.profiles import STAGES

    ours = {folder / p.stage / f"{p.name}.md" for p in profiles}
    pages = [f for stage in STAGES for f in sorted((folder / stage).glob("*.md")) if f not in ours and _is_page(f)]
    return [f for page in pages for f in (page, page.with_suffix(".png")) if f.is_file()]


def _is_page(file: Path) -> bool:
    from stresstest.cli.profile._page import MEASURED

    text = file.read_text(encoding="utf-8", errors="replace")
    return text.startswith(f"# {file.parent.name}/{file.stem}\n") and MEASURED in text


def _write(profile: Profile, folder: Path) -> None:
    from stresstest.claims.measure import measure
    from stresstest.cli.profile._page import measured, page
    from stresstest.cli.profile._pictures import picture, save
    from stresstest.cli.profile._traces import Specimen
    from stresstest.places import write_whole

    target = folder / profile.stage / profile.name
    target.parent.mkdir(exist_ok=True)
    save(picture(Specimen(profile), (8, 5.4)), target.with_suffix(".png"), 80, MOST_BYTES)
    claims = {severity: measure(profile, severity) for severity in profile.severities}
    write_whole(target.with_suffix(".md"), page(profile, folder) + measured(claims))

"""directory: load houses, places, professionals and what they offer from a CSV file.

`directory load FILE.csv` checks every line, and writes nothing where one is wrong; `--dry-run` shows what it
would create, change and end, element by element. docs/directory.md describes the columns.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from tqdm import tqdm

from auth.principal import Kind, Principal
from auth.smart.scope import parse_all
from fhir.csv_file import BadFile
from services.commands import Needs
from services.directory.load import Checked, Directory
from services.directory.outcome import Action, Outcome
from services.failure import Failure, WrongArgument
from services.platform import Platform

NEEDS = Needs.DATABASE
_MOST = 50
_BY = Principal(
    Kind.SYSTEM, "command-line", "./furong directory", regional=True, scopes=parse_all("system/*.cruds")
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`load`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    load = actions.add_parser("load", help="bring the directory to what a CSV file says (docs/directory.md)")
    load.add_argument("file", type=Path, metavar="FILE.csv", help="UTF-8 or GB18030, with a head line")
    load.add_argument("--dry-run", action="store_true", help="show what would change; change nothing")
    load.add_argument("--json", action="store_true", help="the result as JSON")
    load.add_argument(
        "--label", metavar="CODE", help="a security label for all that it brings, such as HTEST"
    )


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Check the file and, unless it is a dry run, write it."""
    assert platform is not None
    try:
        with arguments.file.open("rb") as file:
            return await _load(arguments, platform, file)
    except BadFile as bad:
        raise WrongArgument(f"{arguments.file.name}: {bad}") from None
    except OSError as error:
        raise WrongArgument(f"{arguments.file.name} can't be read: {error.strerror}") from None


async def _load(arguments: argparse.Namespace, platform: Platform, file: BinaryIO) -> int:
    directory, shown = Directory(platform, _BY, file, arguments.label), _Shown(arguments.json)
    told = shown if arguments.dry_run or arguments.json else None
    with _bar("checking") as bar:
        checked = await directory.check(told, bar.update)
    await directory.record(checked, dry_run=arguments.dry_run)
    if checked.wrong:
        shown.end(checked, arguments.file.name, written=False)
        raise Failure("Nothing was written.")
    if not arguments.dry_run:
        with _bar("writing") as bar:
            await directory.apply(checked, bar.update)
    shown.end(checked, arguments.file.name, written=not arguments.dry_run)
    return 0


def _bar(what: str) -> "tqdm[Any]":
    return tqdm(desc=what, unit=" lines", disable=not sys.stderr.isatty())


class _Shown:
    """Prints what each line does as soon as it is known: a long file is never in memory."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._any = False

    def __call__(self, outcome: Outcome) -> None:
        if outcome.action is Action.UNCHANGED:
            return
        if self._as_json:
            print(",\n  " if self._any else '{"lines": [\n  ', end="")
            print(json.dumps(outcome.shown(), ensure_ascii=False), end="")
        else:
            print("\n".join(outcome.lines()))
        self._any = True

    def end(self, checked: Checked, file: str, *, written: bool) -> None:
        if self._as_json:
            told = {
                "counts": checked.counts, "written": written, "sha256": checked.digest,
                "faults": [{"line": each.line, "text": each.text} for each in checked.faults],
                "warnings": [{"line": each.line, "text": each.text} for each in checked.warnings],
            }  # fmt: skip
            print("\n]" if self._any else '{"lines": []', end=", ")
            print(json.dumps(told, ensure_ascii=False)[1:])
            return
        for each in checked.warnings[:_MOST]:
            print(f"{file}: warning: {each}")
        for each in checked.faults[:_MOST]:
            print(f"{file}: {each}")
        if checked.wrong > _MOST:
            print(f"{file}: and {checked.wrong - _MOST} more")
        counts = ", ".join(f"{count} {action}" for action, count in checked.counts.items())
        print(f"{file}: {counts}{'' if written else '; nothing was written'}")

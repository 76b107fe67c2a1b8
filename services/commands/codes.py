"""codes: code systems that a site licenses itself, loaded from their owners' files.

FHIR R4 codesystem.html. A version counts all at once or not at all; the one before stays addressable by
`url|version`. docs/code-systems.md tells which columns each kind of file has.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from auth.audit.record import Agent, AuditRecord, Interaction
from fhir.terminology.loading.code_file import BadFileError, CodeFile
from fhir.terminology.loading.kind import kinds
from fhir.terminology.loading.loader import Load, Report, loaded
from services.commands import Needs
from services.failure import Failure, WrongArgument
from services.platform import Platform

NEEDS = Needs.DATABASE
_BY = Agent("system", "command-line", "./furong codes")
_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`load` and `list`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    load = actions.add_parser("load", help="load a file; it counts at once for every process")
    load.add_argument("kind", choices=sorted(kinds()), metavar="KIND", help=", ".join(sorted(kinds())))
    load.add_argument("file", type=Path, metavar="FILE", help="CSV or TSV in UTF-8 or GB18030")
    load.add_argument("--version", default="", metavar="V", help="such as 2.0 (of LOINC the file's own)")
    load.add_argument(
        "--url", default="", metavar="URL", help="of the code system, where it is not the usual one"
    )
    load.add_argument("--dry-run", action="store_true", help="report what would change, and keep nothing")
    load.add_argument(
        "--skip-refused", action="store_true", help="load the rest of a file with lines that are refused"
    )
    load.add_argument("--json", action="store_true", help="the report as JSON")
    actions.add_parser("list", help="the code systems that were loaded, as JSON")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Do it."""
    assert platform is not None
    if arguments.action == "list":
        print(json.dumps(await _list(platform), ensure_ascii=False, indent=2))
        return 0
    report = await _load(arguments, platform)
    if arguments.json:
        print(json.dumps(_told(report), ensure_ascii=False, indent=2))
    else:
        _print(report, arguments.file, dry=arguments.dry_run)
    return 0 if report.loaded or (arguments.dry_run and not report.refused) else 1


async def _load(arguments: argparse.Namespace, platform: Platform) -> Report:
    path: Path = arguments.file
    version = arguments.version.strip()
    if any(sign.isspace() or sign == "|" for sign in version) or len(version) > 64:
        raise WrongArgument("--version: at most 64 characters, no space and no |")
    try:
        file = CodeFile(path, kinds()[arguments.kind])
        load = Load(platform.store, file.kind, file, version=version, url=arguments.url)
        with tqdm(total=file.size, unit="B", unit_scale=True, disable=not sys.stderr.isatty()) as bar:
            report = await load.run(
                lambda position: _advance(bar, position), dry=arguments.dry_run, skip=arguments.skip_refused
            )
    except BadFileError as bad:
        raise WrongArgument(f"{path.name}: {bad}") from None
    except OSError as error:
        raise WrongArgument(f"{path.name} can't be read: {error.strerror}") from None
    if report.loaded:
        told = f"code system {report.url}|{report.version} loaded: {report.codes} codes"
        await platform.recorder.record(AuditRecord(_BY, Interaction.CONFIGURE, reason=told))
    return report


def _advance(bar: "tqdm[Any]", position: int) -> None:
    bar.update(position - bar.n)


async def _list(platform: Platform) -> list[dict[str, Any]]:
    members = ("url", "version", "title", "count", "date")
    return [{name: each.get(name) for name in members} for each in await loaded(platform.store)]


def _told(report: Report) -> dict[str, Any]:
    faults = [asdict(fault) for fault in report.faults]
    return asdict(report) | {"faults": faults}


def _print(report: Report, path: Path, *, dry: bool) -> None:
    print(f"{report.url}|{report.version}: {report.codes} codes in {path.name}")
    against = f"against {report.before}: " if report.before else "nothing was loaded before: "
    counts = f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged"
    print(f"{against}{counts}, {report.withdrawn} withdrawn, {report.refused} lines refused")
    if report.withdrawn_codes:
        more = " …" if report.withdrawn > _SHOWN else ""
        print(f"withdrawn: {' '.join(report.withdrawn_codes[:_SHOWN])}{more}")
    for fault in report.faults[:_SHOWN]:
        print(f"{path.name}: {fault}")
    if report.refused > _SHOWN:
        print(f"{path.name}: and {report.refused - _SHOWN} more (--json lists them)")
    if dry:
        print("Nothing was kept (--dry-run).")
    elif not report.loaded:
        raise Failure("Nothing was loaded: mend these lines, or leave them out (--skip-refused).")

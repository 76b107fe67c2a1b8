"""audit: verify the audit chain, its daily roots and receipts; check the store against its indexes."""

import argparse
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from auth.audit import receipt
from auth.audit.record import AuditRecord
from auth.audit.verify import verify
from auth.audit.verify_roots import read_folder, verify_roots
from auth.audit.watermark import watermarks
from fhir.consistency import check
from services.commands import Needs
from services.failure import Failure
from services.platform import Platform

NEEDS = Needs.DATA
_SHOWN = 20
_Shown = tuple[dict[str, Any], list[str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`verify`, `root`, `key`, `receipt`, `watermark` and `check`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    lines = {
        "verify": "was an audit record altered, removed, put in or reordered?",
        "root": "make the daily roots that are due, and write all that a folder does not have yet",
        "key": "show the public key by which the roots are signed",
        "receipt": "is the receipt of an access genuine?",
        "watermark": "of which accesses does a page or text carry the invisible watermark?",
        "check": "does every resource stand in the index as it should, does every reference lead somewhere?",
    }
    made = {name: actions.add_parser(name, help=line) for name, line in lines.items()}
    for each in made.values():
        each.add_argument("--json", action="store_true", help="for a program")
    made["verify"].add_argument(
        "--roots", type=Path, metavar="DIR", help="hold it against the roots that an auditor has kept"
    )
    for name in ("verify", "receipt"):
        made[name].add_argument(
            "--key", action="append", default=[], metavar="HEX", help="a public key that is trusted as well"
        )
    made["root"].add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="show the root of this day")
    made["root"].add_argument(
        "--out", type=Path, metavar="DIR", help="the folder (default: FURONG_AUDIT_ROOTS)"
    )
    for name in ("receipt", "watermark"):
        made[name].add_argument("file", type=Path, metavar="FILE")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day is written as 2026-11-26") from None


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Print the report; exit status 1 where something is wrong."""
    assert platform is not None
    shown, wrong = await _ACTIONS[arguments.action](arguments, platform)
    if arguments.json:
        print(json.dumps(shown, ensure_ascii=False, indent=2, default=str))
        return 1 if wrong else 0
    for each in wrong[:_SHOWN]:
        print(each)
    counts = {name: value for name, value in shown.items() if isinstance(value, int | str)}
    print("; ".join(f"{name}: {value}" for name, value in counts.items()))
    print(f"{len(wrong)} findings." if wrong else "Nothing is wrong.")
    return 1 if wrong else 0


async def _verify(arguments: argparse.Namespace, platform: Platform) -> _Shown:
    try:
        exported = read_folder(arguments.roots) if arguments.roots else None
    except (OSError, ValueError) as error:
        raise Failure(f"The roots in {arguments.roots} can't be read: {error}.") from None
    report = await verify(platform.database, platform.store.vault)
    await verify_roots(platform.database, _keys(arguments, platform), report, exported)
    return asdict(report), [str(finding) for finding in report.findings]


async def _root(arguments: argparse.Namespace, platform: Platform) -> _Shown:
    folder = arguments.out or platform.settings.audit_folder
    made = await platform.anchoring.make_due()
    try:
        written = await platform.anchoring.export(folder)
    except OSError as error:
        raise Failure(f"The roots can't be written to {folder}: {error.strerror}.") from None
    shown: dict[str, Any] = {"made": len(made), "written": len(written), "folder": str(folder)}
    if arguments.day:
        root = await platform.anchoring.of(arguments.day)
        if root is None:
            raise Failure(f"There is no root of {arguments.day}: a day gets one when it is over.")
        shown |= {"day": root.body["day"], "leaves": root.size} | root.body["roots"]
    return shown | {"key": platform.anchoring.signer.public}, []


async def _key(arguments: argparse.Namespace, platform: Platform) -> _Shown:
    return {"key": platform.anchoring.signer.public}, []


async def _receipt(arguments: argparse.Namespace, platform: Platform) -> _Shown:
    try:
        told = json.loads(arguments.file.read_bytes())
    except (OSError, ValueError) as error:
        raise Failure(f"{arguments.file} can't be read as a receipt: {error}.") from None
    wrong = receipt.faults(told, _keys(arguments, platform))
    return {"genuine": str(not wrong).lower()}, wrong


async def _watermark(arguments: argparse.Namespace, platform: Platform) -> _Shown:
    try:
        text = arguments.file.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise Failure(f"{arguments.file} can't be read as text: {error}.") from None
    found = watermarks(text, platform.store.keyed)
    shown: dict[str, Any] = {"watermarks": len(found), "accesses": []}
    wrong = [f"{each.record}: this watermark was not made here" for each in found if not each.genuine]
    for each in (each for each in found if each.genuine):
        record = await platform.archive.opened(each.record)
        if record is None:
            wrong.append(f"{each.record}: the audit has no such record")
            continue
        shown["accesses"].append(_told(record))
    if not arguments.json:
        for access in shown["accesses"]:
            print(json.dumps(access, ensure_ascii=False))
    return shown, wrong


def _told(record: AuditRecord) -> dict[str, Any]:
    agent, patients = record.agent, list(record.patients)
    who = {"name": agent.name, "account": agent.id, "role": agent.role, "organization": agent.organization}
    why = {"purpose": record.purpose, "reason": record.reason, "patients": patients, "peer": record.peer}
    return {"record": record.id, "moment": record.moment.isoformat(timespec="seconds")} | who | why


async def _check(arguments: argparse.Namespace, platform: Platform) -> _Shown:
    checked = await check(platform.store)
    return asdict(checked), [*checked.drifted, *checked.dangling]


def _keys(arguments: argparse.Namespace, platform: Platform) -> set[str]:
    return {platform.anchoring.signer.public, *(each.lower() for each in arguments.key)}


_ACTIONS: dict[str, Callable[[argparse.Namespace, Platform], Awaitable[_Shown]]] = {
    "verify": _verify,
    "root": _root,
    "key": _key,
    "receipt": _receipt,
    "watermark": _watermark,
    "check": _check,
}

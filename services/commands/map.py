"""map: overlays of the shipped HL7 v2 maps, one source's own fields and codes without code.

An overlay is tried on sample messages before it is activated; running processes know it within two seconds,
without a restart. adapters/v2_to_fhir/README.md tells how one is written.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from adapters.hl7v2.batch import split
from adapters.v2_to_fhir.overlay import Overlay, read_overlay
from adapters.v2_to_fhir.source import Source
from adapters.v2_to_fhir.table import MapError
from fhir.validation import errors
from services import overlays, sources, unmapped_codes
from services.commands import Needs
from services.commands.convert import dry_run
from services.concept_maps import ConceptMaps
from services.difference import difference
from services.failure import Failure, WrongArgument
from services.inbox import inbox_of
from services.platform import Platform

NEEDS = Needs.DATABASE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check`, `try`, `activate`, `list`, `show`, `back` and `codes`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="is the overlay in a file right?")
    check.add_argument("file", type=Path, metavar="FILE")
    trial = actions.add_parser("try", help="what would it change in the FHIR of sample messages?")
    trial.add_argument("source", metavar="SOURCE")
    trial.add_argument("file", type=Path, metavar="FILE")
    trial.add_argument("messages", type=Path, nargs="+", metavar="MESSAGES", help="files with v2 messages")
    activate = actions.add_parser("activate", help="let it count for a source from now on")
    activate.add_argument("source", metavar="SOURCE")
    activate.add_argument("file", type=Path, metavar="FILE")
    activate.add_argument("--note", default="", help="why, for whoever asks later")
    for name, told in (
        ("list", "every version that a source had, the newest first"),
        ("show", "the text of the active one, or of the one with a number"),
        ("back", "the version before the active one counts again"),
    ):
        action = actions.add_parser(name, help=told)
        action.add_argument("source", metavar="SOURCE")
        if name == "show":
            action.add_argument("number", type=int, nargs="?", metavar="NUMBER")
    codes = actions.add_parser("codes", help="the codes that wait for a map, and how many messages have each")
    codes.add_argument("source", metavar="SOURCE", nargs="?")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Do it; JSON but for `show`, which prints the overlay itself."""
    assert platform is not None
    if arguments.action == "check":
        overlay = _overlay(arguments.file)
        _say({"version": overlay.version, "segments": [*overlay.adjusted, *overlay.added]})
        return 0
    if arguments.action == "codes":
        _say(await _codes(platform, arguments.source))
        return 0
    source = await _source(platform, arguments.source)
    if arguments.action == "try":
        source = await ConceptMaps(platform.store).on(source)
        now = (await overlays.active(platform.database)).get(source.code)
        return _try(source, now, _overlay(arguments.file), arguments.messages)
    if arguments.action == "activate":
        _overlay(arguments.file)
        text = _text(arguments.file)
        _say(_shown(await overlays.activate(platform.database, source.code, text, arguments.note)))
        return 0
    if arguments.action == "back":
        row = await overlays.back(platform.database, source.code)
        if row is None:
            raise WrongArgument(f"{source.code} never had an overlay")
        _say(_shown(row))
        return 0
    rows = await overlays.history(platform.database, source.code)
    if arguments.action == "list":
        _say([_shown(row) for row in rows])
    else:
        print(_of_number(rows, arguments.number)["text"] or "# the shipped maps alone")
    return 0


async def _codes(platform: Platform, source: str | None) -> list[dict[str, Any]]:
    """By source and field; the number of messages is that of now."""
    inbox, found = await inbox_of(platform.store), []
    tasks = await unmapped_codes.waiting(platform.store, source)
    counts = await unmapped_codes.counts(inbox, [task.id for task in tasks])
    for task in tasks:
        told = {"source": task.source, "system": task.code.system, "code": task.code.code}
        told |= {"place": unmapped_codes.place(task.resource), "task": f"Task/{task.id}"}
        found.append(told | counts[task.id]._asdict())
    return sorted(found, key=lambda each: (each["source"], each["place"], each["code"]))


def _try(source: Source, now: Overlay | None, overlay: Overlay, files: list[Path]) -> int:
    """Each message as it is read today and with the overlay: what changes, and what would not be valid."""
    status, today = 0, source if now is None else now.on(source)
    for file in files:
        for block in split(_bytes(file)).messages or [_bytes(file)]:
            before, after = dry_run(block, today), dry_run(block, overlay.on(source))
            told = _compared(before, after)
            status = 1 if "error" in after or told.get("invalid") else status
            _say({"file": str(file)} | told)
    return status


def _compared(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    if "error" in after:
        return {"error": after["error"]}
    old, new = _resources(before), _resources(after)
    changes = {name: difference(old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new))}
    invalid = {name: [f"{each.expression}: {each.diagnostics}" for each in errors(new[name])] for name in new}
    unmapped = before.get("not_mapped", [])
    return {
        "changes": {name: lines for name, lines in changes.items() if lines},
        "invalid": {name: faults for name, faults in invalid.items() if faults},
        "other_ids": [name for name in old if name not in new],
        "now_mapped": [place for place in unmapped if place not in after["not_mapped"]],
        "not_mapped": after["not_mapped"],
        "warnings": after["warnings"],
    }


def _resources(told: dict[str, Any]) -> dict[str, Any]:
    found = (each["resource"] for each in told.get("bundle", {}).get("entry", ()))
    return {f"{each['resourceType']}/{each['id']}": each for each in found}


def _of_number(rows: list[overlays.Row], number: int | None) -> overlays.Row:
    found = rows[0] if rows and number is None else next((r for r in rows if r["number"] == number), None)
    if found is None:
        raise WrongArgument("there is no such version; `map list SOURCE` shows those there are")
    return found


async def _source(platform: Platform, code: str) -> Source:
    known = await sources.registered(platform.database, overlaid=False)
    if code not in known:
        raise WrongArgument(f"{code} is not registered ({', '.join(known) or 'none is'})")
    return known[code].source


def _overlay(path: Path) -> Overlay:
    try:
        return read_overlay(_text(path), str(path))
    except MapError as error:
        raise Failure(str(error)) from None


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Failure(f"{path}: this is not UTF-8 at byte {error.start}") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None


def _shown(row: overlays.Row) -> dict[str, Any]:
    active = {"number": row["number"], "version": row["version"] or "the shipped maps alone"}
    return active | {"activated": row["activated"].isoformat(), "note": row["note"]}


def _say(told: Any) -> None:
    print(json.dumps(told, ensure_ascii=False, indent=2, default=str))

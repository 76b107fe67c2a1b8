"""file: the life of a resident's health file.

It is opened at a home institution, moves to another, is held, cancelled (made in error) or ended (died, moved
away). `file list` names those whose time of keeping is over; nothing is deleted by it. Each step is recorded.
"""

import argparse
import getpass
import json
from dataclasses import asdict
from datetime import date
from typing import Any

from auth.audit.record import Agent, AuditRecord, Interaction
from fhir.search.types.interval import interval
from services import health_file
from services.authorization.references import existing
from services.commands import Needs
from services.failure import Failure, WrongArgument
from services.health_file import ENDS, Asked, NotPossible, Step
from services.platform import Platform

NEEDS = Needs.DATA
_HELP = {
    Step.OPEN: "open the file of a resident at a home institution",
    Step.MIGRATE: "move it to another home institution; the registration at the old one ends at once",
    Step.ASSIGN: "name the family doctor",
    Step.HOLD: "hold it: for a while it opens nothing to the home institution",
    Step.RESUME: "go on with it",
    Step.CANCEL: "cancel it, since it was made in error",
    Step.END: "end it: the resident has died or moved away",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One action for each step, and `list`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for step, help in _HELP.items():
        action = actions.add_parser(step.value, help=help)
        action.add_argument("patient", metavar="PATIENT", help="the id of a Patient of the resident")
        if step in (Step.OPEN, Step.MIGRATE):
            action.add_argument("--house", required=True, metavar="ID", help="the home Organization")
        if step in (Step.OPEN, Step.MIGRATE, Step.ASSIGN):
            required = step is Step.ASSIGN
            action.add_argument("--doctor", required=required, metavar="ID", help="the family doctor")
        if step in ENDS or step is Step.MIGRATE:
            action.add_argument("--reason", required=step in ENDS, help="why, in a few words")
        if step in ENDS or step is Step.OPEN:
            what = "beginning, of a file that was kept on paper before" if step is Step.OPEN else "end"
            action.add_argument("--on", metavar="DATE", help=f"the day of the {what} (default: today)")
    over = actions.add_parser("list", help="the files whose time of keeping is over")
    over.add_argument("--kept-until", metavar="DATE", help="over by this day (default: today)")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Do it and print the result as JSON."""
    assert platform is not None
    result = await (_list if arguments.action == "list" else _take)(arguments, platform)
    print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


async def _take(arguments: argparse.Namespace, platform: Platform) -> dict[str, Any]:
    given = vars(arguments)
    patient = await existing(platform, "PATIENT", "Patient", arguments.patient)
    named = {
        name: await existing(platform, f"--{name}", type, given[name]) if given.get(name) else None
        for name, type in (("house", "Organization"), ("doctor", "Practitioner"))
    }
    reason = (given.get("reason") or "").strip()
    step = Step(arguments.action)
    if step in ENDS and not reason:
        raise WrongArgument("--reason is empty")
    on = _day("--on", given.get("on"))
    asked = Asked(step, patient, named["house"], named["doctor"], reason, on.isoformat() if on else "")
    await platform.recorder.record(_record(asked))
    try:
        file = await health_file.take(platform, asked)
    except NotPossible as error:
        raise Failure(f"The file was not changed: {error}.") from None
    return {"file": f"EpisodeOfCare/{file['id']}", "status": file["status"], "period": file["period"]}


def _record(asked: Asked) -> AuditRecord:
    """Before it is done: who is logged in to the machine stands for the operator."""
    who = getpass.getuser()
    return AuditRecord(
        Agent("person", f"command line {who}", who, role="operator"),
        Interaction.UPDATE,
        type="EpisodeOfCare",
        patients=(asked.patient,),
        entity=asked.patient,
        reason=f"health file: {asked.step.value} {asked.house or ''} {asked.reason}".strip()[:300],
    )


async def _list(arguments: argparse.Namespace, platform: Platform) -> list[dict[str, Any]]:
    day = _day("--kept-until", arguments.kept_until) or date.today()
    years = platform.settings.file_years_kept
    return [asdict(each) async for each in health_file.over(platform, day, years)]


def _day(option: str, text: str | None) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or interval(text) is None:
        raise WrongArgument(f"{option}: {text} is no date such as 2026-11-26")
    return day

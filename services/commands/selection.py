"""Selection: which messages of the inbox are meant, by source, event, number and time (checklist 38)."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.failure import WrongArgument
from services.inbox import DEAD

_ZONE = ZoneInfo("Asia/Shanghai")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is given together must all hold."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--message", metavar="ID", help="this one, by its id or control id (MSH-10)")
    which.add_argument("--all", action="store_true", help="everything")
    parser.add_argument("--dead", action="store_true", help="dead letters alone")
    parser.add_argument("--source", metavar="C", help="of this source")
    parser.add_argument("--event", metavar="E", help="of this kind, such as ADT^A01 or ORU")
    parser.add_argument("--number", metavar="N", help="that name this patient, visit or order number")
    parser.add_argument("--since", metavar="TIME", help="received since (2026-11-26, or with T08:30)")
    parser.add_argument(
        "--until", metavar="TIME", help="received until; a date is the whole day (in Asia/Shanghai)"
    )


def filter(arguments: argparse.Namespace, keyed: Callable[[str], str]) -> dict[str, Any]:
    """The filter of the inbox; WrongArgument where nothing was said, or a time can't be read."""
    parts: list[dict[str, Any]] = []
    if arguments.message:
        parts.append(named(arguments.message))
    if arguments.dead:
        parts.append({"state": DEAD})
    if arguments.source:
        parts.append({"source": arguments.source})
    if arguments.event:
        kind = arguments.event.strip().upper()
        wider = {"event": {"$gte": f"{kind}^", "$lt": f"{kind}_"}}
        parts.append({"$or": [{"event": kind}, wider]})
    if arguments.number:
        number = keyed(arguments.number.strip())
        parts.append({"$or": [{"keys": number}, {"orders": number}, {"control_id": f"#{number}"}]})
    if arguments.since:
        parts.append({"received": {"$gte": _moment("--since", arguments.since)}})
    if arguments.until:
        parts.append({"received": {"$lt": _moment("--until", arguments.until, end=True)}})
    if not parts and not arguments.all:
        raise WrongArgument(
            "say which: --message, --source, --event, --number, --since, --until, --dead or --all"
        )
    return {"$and": parts} if parts else {}


def named(text: str) -> dict[str, Any]:
    """A message by its id or its control id."""
    return {"$or": [{"_id": text}, {"control_id": text}]}


def _moment(option: str, text: str, *, end: bool = False) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongArgument(f"{option}: write 2026-11-26 or 2026-11-26T08:30") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=_ZONE)
    whole_day = end and len(text) <= len("2026-11-26")
    return (moment + timedelta(days=1) if whole_day else moment).astimezone(UTC)

"""inbox: what became of the messages that came in; dead letters; processing a message again; un-merging.

A replay uses the bytes as they came and today's maps. What is unchanged by it gets no new version. What an
`unmerge` took back stays so when the message is processed again.
"""

import argparse
import json
from dataclasses import asdict
from typing import Any

from services.commands import Needs, selection
from services.commands.selection import named
from services.failure import WrongArgument
from services.inbox import DEAD, DONE, SECRET, Inbox, inbox_of
from services.platform import Platform
from services.sources import Sources
from services.worker.processor import Processor
from services.worker.rehearsal import changes
from services.worker.unmerge import unmerge
from services.worker.unusable import Unusable

NEEDS = Needs.DATA
_MOST_SHOWN = 500
_SHOWN = ("_id", "received", "source", "control_id", "event", "charset", "state", "reason")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`count`, `dead`, `show`, `replay` and `unmerge`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("count", help="how many messages are in each state")
    actions.add_parser("dead", help="the dead letters, oldest first, with their reasons")
    show = actions.add_parser("show", help="one message: findings, what was not mapped, versions written")
    show.add_argument("message", metavar="ID", help="its id, or its control id (MSH-10)")
    replay = actions.add_parser("replay", help="process messages again")
    selection.add_arguments(replay)
    replay.add_argument(
        "--dry-run", action="store_true", help="show what it would change, message by message; change nothing"
    )
    back = actions.add_parser("unmerge", help="take back the merges of patients that a message said")
    back.add_argument("message", metavar="ID", help="its id, or its control id (MSH-10)")
    back.add_argument("--reason", required=True, metavar="TEXT", help="why; it is kept in a Provenance")
    back.add_argument("--by", required=True, metavar="NAME", help="who decided it")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Do it and print the result as JSON; of the content of a message only what a dry run would change."""
    assert platform is not None
    inbox = await inbox_of(platform.store)
    if arguments.action in _WITH_STORE:
        shown = await _WITH_STORE[arguments.action](arguments, inbox, platform)
    else:
        shown = await _ACTIONS[arguments.action](arguments, inbox)
    print(json.dumps(shown, ensure_ascii=False, indent=2, default=str))
    return 0


async def _count(arguments: argparse.Namespace, inbox: Inbox) -> Any:
    return await inbox.count()


async def _dead(arguments: argparse.Namespace, inbox: Inbox) -> Any:
    cursor = inbox.collection.find({"state": DEAD}, dict.fromkeys(_SHOWN, True)).sort("_id", 1)
    return [row async for row in cursor]


async def _show(arguments: argparse.Namespace, inbox: Inbox) -> Any:
    hidden = dict.fromkeys(SECRET, False)
    rows = await inbox.collection.find(named(arguments.message), hidden).to_list()
    if not rows:
        raise WrongArgument("there is no message with this id or control id")
    return rows


async def _replay(arguments: argparse.Namespace, inbox: Inbox, platform: Platform) -> Any:
    filter = selection.filter(arguments, platform.store.keyed)
    if arguments.dry_run:
        return await _rehearsed(filter, inbox, platform)
    count = await inbox.replay(filter)
    if arguments.message and not count:
        raise WrongArgument("no such message, or it is waiting already or was refused")
    return {"replayed": count}


async def _unmerge(arguments: argparse.Namespace, inbox: Inbox, platform: Platform) -> Any:
    rows = await inbox.collection.find(named(arguments.message) | {"state": DONE}).to_list()
    if len(rows) != 1:
        found = "several messages have" if rows else "no processed message has"
        raise WrongArgument(f"{found} this id or control id")
    if not arguments.reason.strip() or not arguments.by.strip():
        raise WrongArgument("--reason and --by must say something")
    store = platform.store
    async with Sources(platform.database, store.vault.identify, accept_unregistered=True) as sources:
        try:
            _, conversion = await Processor(store, inbox, sources).convert(rows[0])
        except Unusable as unusable:
            raise WrongArgument(f"the message can't be read any more: {unusable}") from None
    control = rows[0]["control_id"]
    taken = await unmerge(store, conversion, control, arguments.reason, arguments.by)
    if not taken:
        raise WrongArgument("the message merges no patients, or its merges were taken back before")
    return {"unmerged": [asdict(each) for each in taken]}


async def _rehearsed(filter: dict[str, Any], inbox: Inbox, platform: Platform) -> Any:
    """What each message alone would change in the store as it is; the oldest first."""
    shown = []
    rows = inbox.collection.find({"$and": [filter, {"state": {"$in": [DONE, DEAD]}}]}).sort("_id", 1)
    async with Sources(platform.database, platform.store.vault.identify, accept_unregistered=True) as sources:
        processor = Processor(platform.store, inbox, sources)
        async for row in rows.limit(_MOST_SHOWN):
            told: dict[str, Any] = {"message": row["_id"], "control_id": row["control_id"]}
            try:
                told["changes"] = await changes(platform.store, processor, *await processor.convert(row))
            except Unusable as unusable:
                told["reason"] = unusable.reason
            shown.append(told)
    return shown


_ACTIONS = {"count": _count, "dead": _dead, "show": _show}
_WITH_STORE = {"replay": _replay, "unmerge": _unmerge}

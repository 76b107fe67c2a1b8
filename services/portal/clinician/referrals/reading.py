"""Reading referrals: those to a house, those from it, those of one resident."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from fhir.interactions.context import Context
from fhir.interactions.read import not_found, read
from fhir.resource import Resource
from fhir.search.value import escaped
from fhir.summary.moment import stamp
from fhir.summary.source import target
from services.portal.clinician.finding import found
from services.portal.clinician.referrals.referral import CATEGORY, Referral, fulfils, referral

MOST, DAYS = 1000, 120


async def incoming(context: Context, house: str) -> list[Referral]:
    """What is referred to a house and waits for its answer, the urgent and then the oldest first."""
    # The request of a feed stays active when it is answered: the newest are read, far more than are shown.
    performer = [("performer", escaped(house)), ("category", CATEGORY)]
    asked = [*performer, ("status", "active"), ("_sort", "-authored")]
    requests, _ = await found(context, "ServiceRequest", asked, MOST)
    lines = _joined(requests, await _tasks(context, requests))
    return sorted((each for each in lines if each.open), key=lambda line: (not line.urgent, _stamp(line)))


async def outgoing(context: Context, house: str, now: datetime) -> list[Referral]:
    """What a house has referred: what was answered and not read yet, then what waits for an answer."""
    since = (now - timedelta(days=DAYS)).isoformat(timespec="seconds")
    sent = ("requester", escaped(house))
    open, _ = await found(context, "Task", [sent, ("status", "requested,accepted")], MOST)
    lately = [("status", "completed,rejected"), ("_lastUpdated", f"gt{since}"), ("_sort", "-_lastUpdated")]
    ended, _ = await found(context, "Task", [sent, *lately], MOST)
    tasks = [each for each in (*open, *ended) if fulfils(each)]
    ids = [target(each.get("focus")).removeprefix("ServiceRequest/") for each in tasks]
    requests = {each["id"]: each for each in await _by_id(context, ids)}
    lines = [referral(requests.get(id), each) for id, each in zip(ids, tasks, strict=True)]
    waiting = [each for each in lines if not each.read and each.state != "cancelled"]
    return sorted(waiting, key=lambda line: (line.open, not line.urgent, -_stamp(line)))


async def of(context: Context, patients: Sequence[str]) -> list[Referral]:
    """The referrals of a resident, the newest first."""
    asked = [("patient", ",".join(patients)), ("category", CATEGORY)]
    requests, _ = await found(context, "ServiceRequest", asked, MOST)
    lines = _joined(requests, await _tasks(context, requests))
    return sorted(lines, key=_stamp, reverse=True)


async def one(context: Context, id: str) -> Referral:
    """A referral by the id of its ServiceRequest; a Refusal (404) where it is hidden, unknown or none."""
    request = (await read(context, "ServiceRequest", id)).resource()
    codes = {each.get("code") for one in request.get("category", ()) for each in one.get("coding", ())}
    if CATEGORY.rpartition("|")[2] not in codes:
        raise not_found()
    return _joined([request], await _tasks(context, [request]))[0]


def _joined(requests: Iterable[Resource], tasks: Iterable[Resource]) -> list[Referral]:
    """Each request with the Task that says what becomes of it: the newest, where two have answered."""
    ours = sorted(filter(fulfils, tasks), key=lambda each: str(each.get("lastModified", "")))
    by_focus = {target(each.get("focus")): each for each in ours}
    return [referral(each, by_focus.get(f"ServiceRequest/{each['id']}")) for each in requests]


async def _tasks(context: Context, requests: Iterable[Resource]) -> list[Resource]:
    names = ",".join(f"ServiceRequest/{each['id']}" for each in requests)
    return (await found(context, "Task", [("focus", names)]))[0] if names else []


async def _by_id(context: Context, ids: Iterable[str]) -> list[Resource]:
    wanted = ",".join(sorted(set(ids)))
    return (await found(context, "ServiceRequest", [("_id", wanted)]))[0] if wanted else []


def _stamp(line: Referral) -> float:
    return stamp(line.when)

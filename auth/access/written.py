"""Written by a clinician: referrals, their answers, and notes; which of them he may change, and how.

FHIR R4 servicerequest.html, task.html (workflow), documentreference.html. Whose file it is the decision says;
what a resource says is judged here, a change beside the version before it.
"""

from typing import Any

from auth.access.entrusted import REFERRAL
from auth.principal import Principal
from fhir.access import Filter
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search.refers import KEY
from fhir.store import EVERYONE, Store

WRITTEN = frozenset({"ServiceRequest", "Task", "DocumentReference"})
_SNOMED = "http://snomed.info/sct"
_ALWAYS = frozenset({"meta", "status"})
_OF_TASK = _ALWAYS | {"statusReason", "businessStatus", "output", "lastModified"}
_OF_NOTE = frozenset({"meta", "docStatus", "content", "date", "authenticator"})
_OF_WITHDRAWAL = _ALWAYS | {"description"}
_ANSWERS = {
    "requested": {"accepted", "rejected", "completed"},
    "accepted": {"accepted", "rejected", "completed"},
}
_STATES = {None: "final", "preliminary": "final", "final": "amended", "amended": "amended"}
"""What follows on which docStatus; `preliminary` are drafts of an earlier version of the platform."""
WITHDRAWN = "entered-in-error"


def changeable(principal: Principal, type: str) -> Filter:
    """Which resources of a type a clinician may change: referrals of his house and those to it, with what
    becomes of them, and his own notes."""
    house, author = f"{KEY}|{principal.organization}", f"{KEY}|{principal.practitioner}"
    if type == "ServiceRequest":
        referral = {"facets": f"ServiceRequest.category|{_SNOMED}|{REFERRAL}"}
        return {"$and": [referral, {"$or": [{"recorder": principal.organization}, {"facets": house}]}]}
    if type == "Task":
        return {"facets": house}
    return {"recorder": principal.organization, "facets": author}


async def check_written(principal: Principal, store: Store, resource: Resource) -> None:
    """A Refusal (422) of what a clinician may not say, or not change so."""
    type = resource["resourceType"]
    if type not in WRITTEN:
        return
    stored = await store.resources.read(type, str(resource.get("id", "")), EVERYONE)
    former = None if stored is None or stored.deleted else stored.resource()
    rule = {"ServiceRequest": _referral, "Task": _task, "DocumentReference": _note}[type]
    fault = rule(principal, former, resource)
    if fault:
        raise Refusal(Fault.BUSINESS_RULE, fault, expression=type)


def _referral(who: Principal, former: Resource | None, now: Resource) -> str | None:
    """He refers in his own name to one other house; later its state alone changes, and only to an end."""
    if former is not None:
        ends = former["status"] == "active" and now["status"] in ("completed", "revoked")
        same = former["status"] == now["status"]
        return (
            None if _kept(former, now, _ALWAYS) and (ends or same) else "of a referral only its state changes"
        )
    codes = {each.get("code") for one in now.get("category", ()) for each in one.get("coding", ())}
    if codes != {REFERRAL} or now["status"] != "active" or _ref(now.get("requester")) != who.practitioner:
        return "a clinician refers in his own name, and orders nothing else here"
    performers = [_ref(each) for each in now.get("performer", ())]
    elsewhere = len(performers) == 1 and performers[0].startswith("Organization/")
    return None if elsewhere and performers[0] != who.organization else "a referral names one other house"


def _task(who: Principal, former: Resource | None, now: Resource) -> str | None:
    """The house that refers asks, reads the answer, or takes it back; the house referred to answers."""
    asks, answers = (_ref(now.get(name)) == who.organization for name in ("requester", "owner"))
    if not _ref(now.get("focus")).startswith("ServiceRequest/"):
        return "a clinician's Task is about a referral"
    if former is None:
        right = (asks and now["status"] == "requested") or (answers and "requester" not in now)
        return (
            None if right and asks != answers else "a Task is made for a referral of one's own house or to it"
        )
    if not _kept(former, now, _OF_TASK):
        return "of a Task only its state and its answer change"
    was, is_ = former["status"], now["status"]
    if answers and is_ in _ANSWERS.get(was, ()):
        return None
    reads = was == is_ and _kept(former, now, frozenset({"meta", "businessStatus", "lastModified"}))
    if asks and (reads or (is_ == "cancelled" and was in _ANSWERS)):
        return None
    return "this state does not follow from the one before, or is not for this house to say"


def _note(who: Principal, former: Resource | None, now: Resource) -> str | None:
    """He signs under his own name for his house; what is signed changes by an amendment, or is withdrawn."""
    own = [_ref(each) for each in now.get("author", ())] == [who.practitioner]
    if not own or _ref(now.get("custodian")) != who.organization:
        return "a note names its author and his house, and nobody else"
    if former is not None and former["status"] != "current":
        return "a note that was withdrawn stays as it is"
    if now["status"] == WITHDRAWN:
        return _withdrawal(former, now)
    if now["status"] != "current" or (former is not None and not _kept(former, now, _OF_NOTE)):
        return "of a note its text and its state change"
    if now.get("docStatus") != _STATES.get((former or {}).get("docStatus"), ""):
        return "a note is signed, and then amended"
    return None if _ref(now.get("authenticator")) == who.practitioner else "a note is signed by its author"


def _withdrawal(former: Resource | None, now: Resource) -> str | None:
    """Nothing changes but its status, and `description` says why."""
    right = former is not None and _kept(former, now, _OF_WITHDRAWAL) and now.get("description")
    return None if right else "a note that was written by mistake is withdrawn as it is, with a reason"


def _kept(former: Resource, now: Resource, free: frozenset[str]) -> bool:
    """Is all the same but the elements that are `free` to change?"""
    return {k: v for k, v in former.items() if k not in free} == {
        k: v for k, v in now.items() if k not in free
    }


def _ref(reference: Any) -> str:
    return str((reference or {}).get("reference", ""))

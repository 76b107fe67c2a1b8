"""The pages on which a doctor refers somebody, and on which a referral is answered and its answer read."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.record import Interaction
from auth.roles import Role
from fhir.interactions.transaction import transaction
from fhir.outcome import Fault, Refusal
from fhir.resource import ID, Resource, instant
from fhir.summary.coding import many
from fhir.summary.reading import organizations_of
from fhir.summary.source import target
from services.portal.catalogue import mark
from services.portal.clinician.about import Form, about, lately, same, saying, worded
from services.portal.clinician.finding import found
from services.portal.clinician.referrals import reading
from services.portal.clinician.referrals.referral import OPEN, READ, Referral, answered, made, task
from services.portal.clinician.sought import secret_of
from services.portal.clinician.worklist.mine import quiet
from services.portal.page import page, see_other
from services.portal.visit import Visit, visited
from services.portal.watermark import PURPOSES, mark_of

_CLINICIANS = (Role.CLINICIAN,)
LONGEST, HOUSES = 1000, 600
_STATES = {"accept": "accepted", "refuse": "rejected", "done": "completed"}
_ENDS = {"rejected": "revoked", "completed": "completed", "cancelled": "revoked"}
_WORDS = mark("请写明，至少4个字，最多1000个字。")
_HOUSE = mark("请选择一家机构。")
_AGAIN = mark("同样的转诊刚才已经发出，没有再发一份。")
_MOVED = mark("这份转诊刚被更新，请核对后再操作。")


async def new_page(request: Request, id: str) -> Response:
    """The form of a referral."""

    async def show(visit: Visit) -> Response:
        return await _form(request, visit, id, {}, {})

    return await visited(request, _CLINICIANS, show)


async def refer(request: Request, id: str) -> Response:
    """Refer a resident: the request and its Task in one transaction."""

    async def show(visit: Visit) -> Response:
        sent = await request.form()
        typed = {name: str(sent.get(name, "")).strip() for name in ("house", "urgency", "reason")}
        houses, own = await _houses(visit)
        faults = {} if typed["house"] in houses else {"house": _HOUSE}
        if not worded(typed["reason"], LONGEST):
            faults["reason"] = _WORDS
        if faults:
            visit.note(reason="invalid")
            return await _form(request, visit, id, typed, faults, status=422)
        await about(visit, id)
        house = {"reference": typed["house"], "display": houses[typed["house"]]}
        urgent = typed["urgency"] == "urgent"
        form, before = Form.of(sent), await _sent_before(visit, id, typed)
        again = next((each for each in before if each.open and _again(each, form)), None)
        if again is not None:
            visit.note(reason="again", entity=f"ServiceRequest/{again.id}")
            return see_other(f"/clinician/referrals/{again.id}?again=1")
        asked = made(visit.principal, f"Patient/{id}", house, own, typed["reason"], urgent, moment.now())
        once = saying(secret_of(request), id, *typed.values(), *sorted(each.id for each in before))
        await _write(visit, *asked, forms=(once, form))
        return see_other(f"/clinician/patients/{id}#referrals")

    return await visited(
        request, _CLINICIANS, show, form=True, type="ServiceRequest", interaction=Interaction.CREATE
    )


async def _sent_before(visit: Visit, id: str, typed: Mapping[str, str]) -> list[Referral]:
    """What the reader has referred already in the same words, to the same house and as urgently."""
    me, urgent = visit.principal.practitioner, typed["urgency"] == "urgent"
    return [
        each
        for each in await reading.of(quiet(visit.context), [f"Patient/{id}"])
        if target((each.request or {}).get("requester")) == me
        and (each.to, each.urgent) == (typed["house"], urgent)
        and same(each.reason, typed["reason"])
    ]


def _again(line: Referral, form: Form) -> bool:
    """Was it sent lately, or by this very form?"""
    return lately(line.when) or form.identifier in many((line.request or {}).get("identifier"))


async def referral_page(request: Request, id: str) -> Response:
    """One referral: what was asked, what became of it, and what this house may do with it."""

    async def show(visit: Visit) -> Response:
        again = _AGAIN if request.query_params.get("again") == "1" else ""
        return await _one(request, visit, id, fault=again)

    return await visited(request, _CLINICIANS, show, type="ServiceRequest", interaction=Interaction.READ)


async def act(request: Request, id: str) -> Response:
    """Accept, refuse, answer; take back; note that the answer was read."""

    async def show(visit: Visit) -> Response:
        sent = await request.form()
        deed, text = str(sent.get("deed", "")), str(sent.get("text", "")).strip()
        line = await reading.one(visit.context, _id(id))
        visit.note(reason=f"referral: {deed}"[:40])
        if str(sent.get("state", "")) != line.state:
            return await _one(request, visit, id, fault=_MOVED, status=409)
        if deed in ("refuse", "done") and not worded(text, LONGEST):
            return await _one(request, visit, id, fault=_WORDS, status=422)
        await _carry_out(visit, line, deed, text)
        return see_other("/clinician")

    return await visited(
        request, _CLINICIANS, show, form=True, type="ServiceRequest", interaction=Interaction.UPDATE
    )


async def _carry_out(visit: Visit, line: Referral, deed: str, text: str) -> None:
    who, now = visit.principal, moment.now()
    before = line.task or _unanswered(line)
    if deed in _STATES and line.to == who.organization and line.open:
        after = answered(before, _STATES[deed], text, who.name, now)
    elif deed == "withdraw" and _ours(visit, line) and line.open:
        after = answered(before, "cancelled", "", who.name, now)
    elif deed == "read" and _ours(visit, line) and not line.open:
        after = before | {"businessStatus": {"text": READ}, "lastModified": instant(now)}
    else:
        raise Refusal(Fault.PARAMETER, "this can't be done with the referral as it stands")
    end = _ENDS.get(after["status"])
    request = line.request or {}
    closing = (
        end and request.get("status") == "active" and before.get("requester")
    )  # a feed's own stays its own
    ended = [request | {"status": end}] if closing else []
    await _write(visit, *ended, after)


def _unanswered(line: Referral) -> Resource:
    """The Task of a referral that came by a feed."""
    owner, told = {"reference": line.to, "display": line.house}, instant(moment.now())
    made = task(line.patient, owner, "urgent" if line.urgent else "routine", told)
    return made | {"focus": {"reference": f"ServiceRequest/{line.id}"}}


async def _write(visit: Visit, *resources: Resource, forms: tuple[Form, ...] = ()) -> None:
    """In one transaction, what is there already only in the version that was read; of the first form once."""
    await transaction(
        visit.context,
        {"resourceType": "Bundle", "type": "transaction", "entry": _entries(resources, forms)},
    )


def _entries(resources: tuple[Resource, ...], forms: tuple[Form, ...]) -> list[Resource]:
    named = {"identifier": [each.identifier for each in forms]} if forms else {}
    once = {"ifNoneExist": forms[0].criteria} if forms else {}
    entries, new = list[Resource](), ""
    for each in resources:
        if "id" in each:
            version = f'W/"{each["meta"]["versionId"]}"'
            asked = {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}", "ifMatch": version}
            entries.append({"resource": each, "request": asked})
            continue
        url = f"urn:uuid:00000000-0000-4000-8000-{len(entries):012}"
        focus = {"focus": {"reference": new}} if new and each["resourceType"] == "Task" else {}
        new = url if each["resourceType"] == "ServiceRequest" else new
        request = {"method": "POST", "url": each["resourceType"]} | once
        entries.append({"fullUrl": url, "resource": each | focus | named, "request": request})
    return entries


async def _form(
    request: Request,
    visit: Visit,
    id: str,
    typed: dict[str, str],
    faults: dict[str, str],
    *,
    status: int = 200,
) -> Response:
    houses, _ = await _houses(visit)
    model = await about(visit, id) | {
        "houses": houses,
        "typed": {"house": "", "urgency": "routine", "reason": ""} | typed, "faults": faults,
    }  # fmt: skip
    back = f"/clinician/patients/{id}"
    return page(
        request, "clinician/templates/refer.html", status=status, reader=visit.reader, back=back, **model
    )


async def _houses(visit: Visit) -> tuple[dict[str, str], str]:
    """The houses to which one may refer, by reference, and the name of one's own."""
    every, _ = await found(visit.context, "Organization", [], HOUSES)
    open = [each for each in every if each.get("active") is not False and not each.get("partOf")]
    named = sorted((str(each.get("name") or each["id"]), str(each["id"])) for each in open)
    whole = {f"Organization/{id}": name for name, id in named}
    own = str(visit.principal.organization)
    name = whole.pop(own, "") or str(
        (await organizations_of(visit.context, [{"reference": own}])).get(own, {}).get("name", own)
    )
    return whole, name


async def _one(request: Request, visit: Visit, id: str, *, fault: str = "", status: int = 200) -> Response:
    line = await reading.one(visit.context, _id(id))
    mark = await mark_of(visit, PURPOSES["TREAT"])
    visit.note(entity=f"ServiceRequest/{id}")
    model = await about(visit, line.patient.removeprefix("Patient/")) | {
        "line": line, "to_us": line.to == visit.principal.organization, "ours": _ours(visit, line),
        "alert": fault, "open": OPEN,
    }  # fmt: skip
    return page(
        request, "clinician/templates/referral.html", status=status, reader=visit.reader, mark=mark,
        back=f"/clinician/referrals/{id}", **model,
    )  # fmt: skip


def _ours(visit: Visit, line: Referral) -> bool:
    """Did the reader's house ask?"""
    return target((line.task or {}).get("requester")) == visit.principal.organization


def _id(id: str) -> str:
    if not ID.fullmatch(id):
        raise Refusal(Fault.NOT_FOUND, "no such referral is known here to you")
    return id

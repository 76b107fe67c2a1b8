"""Parents and guardians: a privacy officer registers them on proof, until the child's fourteenth birthday.

security-and-scale.md, line 17. A RelatedPerson of the child tells who it is: the same one each time that an
account is registered, so that the rules on him stay in force.
"""

from collections.abc import Collection
from datetime import date, datetime
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.record import Interaction
from auth.principal import Proxied
from auth.roles import Role
from auth.store import accounts, proxies
from auth.store.accounts import AccountRecord
from auth.store.database import Session
from auth.store.proxies import Proxy
from fhir.identity import new_id
from fhir.interactions.create import create
from fhir.interactions.read import read, seen
from fhir.interactions.update import update
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource, instant
from fhir.summary.moment import local_day
from fhir.summary.patient import banner
from fhir.summary.reading import patient_of
from services.portal.catalogue import mark
from services.portal.console.consent_views import asking, by_number, sealed_patient
from services.portal.page import page, see_other
from services.portal.proxies.presenters import lines
from services.portal.proxies.views import WrongProxy
from services.portal.visit import Visit, visited

HOME = "/console/proxies"
_OWNER, _LONGEST = "platform", 200
GROWN = mark("这位居民已满十四周岁，要由本人指定代看的人。")
_ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"


async def proxies_page(request: Request) -> Response:
    """The field for a number; with a resident chosen, who acts for him."""

    async def show(visit: Visit) -> Response:
        patient = sealed_patient(request)
        if patient is None:
            return asking(request, visit, HOME, None)
        visit.attend(patient)
        return await _page(request, visit, patient)

    return await visited(request, (Role.PRIVACY,), show, type="RelatedPerson")


async def search(request: Request) -> Response:
    """Find the resident of a number."""
    return await by_number(request, HOME)


async def act(request: Request) -> Response:
    """Register a parent, or end what somebody may."""

    async def show(visit: Visit) -> Response:
        patient, form = sealed_patient(request), await request.form()
        if patient is None:
            return asking(request, visit, HOME, None)
        visit.attend(patient)
        visit.note(patients=(patient,), entity=patient)
        try:
            await (_end if form.get("act") == "end" else _register)(visit, patient, form)
        except WrongProxy as wrong:
            return await _page(request, visit, patient, str(wrong))
        return see_other(f"{HOME}?s={quote(request.query_params['s'])}")

    return await visited(
        request, (Role.PRIVACY,), show, form=True, type="RelatedPerson", interaction=Interaction.CONFIGURE
    )


async def _register(visit: Visit, patient: str, form: FormData) -> None:
    """Give the file of a child to a parent; the proof is kept sealed."""
    proof = str(form.get("proof", "")).strip()[:_LONGEST]
    if not proof:
        raise WrongProxy(mark("请写明看过什么证件，例如户口簿或出生医学证明。"))
    account = await _parent(visit, patient, str(form.get("login", "")))
    until = proxies.hand_over(_born(await patient_of(visit.context, patient)))
    if until <= moment.now():
        raise WrongProxy(GROWN)
    sealed = await visit.platform.store.vault.seal(_OWNER, proof.encode())
    former, new = await _former(visit, patient, account), _related(account, patient, until)
    related = {"id": new_id()} | former | new | {"patient": former.get("patient", new["patient"])}
    reference = f"RelatedPerson/{related['id']}"
    made = proxies.fresh(Proxied.PARENT, patient, visit.principal.id, until, related=reference, proof=sealed)
    await _write(visit, account, made, related, again=bool(former))
    visit.note(reason=f"proxy of a parent: {made.id}", entity=reference)


async def _parent(visit: Visit, patient: str, login: str) -> AccountRecord:
    account = await accounts.by_login(visit.platform.database, login)
    if account is None or account.disabled or account.patient is None:
        raise WrongProxy(mark("没有这个居民账号。请先给家长开账号。"))
    if account.id == visit.principal.id or account.patient in await _members(visit, patient):
        raise WrongProxy(mark("不能登记自己。"))
    return account


async def _write(
    visit: Visit, account: AccountRecord, proxy: Proxy, related: Resource, *, again: bool
) -> None:
    """The proxy and the RelatedPerson in one transaction: of several at once only one registers."""
    database, members = visit.platform.database, await _members(visit, proxy.patient)

    async def along(session: Session) -> None:
        if not await proxies.add(database, account.id, proxy, members, session):
            raise WrongProxy(mark("这个账号已经登记过了。"))

    if again:
        await update(visit.context, "RelatedPerson", related["id"], related, along=along)
    else:
        await create(visit.context, "RelatedPerson", related, id=related["id"], along=along)


async def _former(visit: Visit, patient: str, account: AccountRecord) -> Resource:
    """The newest RelatedPerson as whom an account was registered; of a deleted one its id, so that what rules
    say of it holds again; {} where there is none."""
    held = await proxies.of_patients(visit.platform.database, await _members(visit, patient))
    for related in (each.proxy.related for each in held if each.account == account.id and each.proxy.related):
        id = related.removeprefix("RelatedPerson/")
        try:
            return (await read(visit.context, "RelatedPerson", id)).resource()
        except Refusal as refusal:
            if refusal.fault is Fault.GONE:
                return {"id": id}
    return {}


async def _members(visit: Visit, patient: str) -> Collection[str]:
    """All source Patients of the child."""
    return (await visit.platform.relations.persons([patient]))[patient]


def _born(patient: Resource) -> date:
    try:
        return date.fromisoformat(str(patient.get("birthDate", "")))
    except ValueError:
        raise WrongProxy(mark("档案里没有完整的出生日期，不能登记家长。")) from None


def _grown(patient: Resource) -> bool:
    """Is he known to be too old for a parent to be registered?"""
    try:
        return proxies.hand_over(_born(patient)) <= moment.now()
    except WrongProxy:
        return False


def _related(account: AccountRecord, patient: str, until: datetime) -> Resource:
    return {
        "resourceType": "RelatedPerson",
        "active": True,
        "patient": {"reference": patient},
        "relationship": [{"coding": [{"system": _ROLE_CODE, "code": "PRN"}]}],
        "name": [{"text": account.name}],
        "period": {"start": instant(moment.now()), "end": instant(until)},
    }


async def _end(visit: Visit, patient: str, form: FormData) -> None:
    members = await _members(visit, patient)
    ended = await proxies.end(visit.platform.database, members, str(form.get("id", "")))
    if ended is None:
        raise Refusal(Fault.NOT_FOUND, "no such proxy lasts")
    visit.note(reason=f"proxy ended: {ended.proxy.id}")
    if ended.proxy.related is not None:
        await _close(visit, ended.proxy.related.removeprefix("RelatedPerson/"))


async def _close(visit: Visit, id: str) -> None:
    """The RelatedPerson, where it is still there, is none any more."""
    stored = await seen(visit.context, "RelatedPerson", id)
    if stored is None:
        return
    current = stored.resource()
    period = current.get("period", {}) | {"end": instant(moment.now())}
    await update(visit.context, "RelatedPerson", id, current | {"active": False, "period": period})


async def _page(request: Request, visit: Visit, patient: str, error: str | None = None) -> Response:
    held = await proxies.of_patients(visit.platform.database, await _members(visit, patient))
    found = await patient_of(visit.context, patient)
    proofs = {
        each.proxy.id: (await visit.platform.store.vault.open(_OWNER, each.proxy.proof)).decode()
        for each in held
        if each.proxy.proof
    }
    query = f"?s={quote(request.query_params['s'])}"
    visit.context.trail.query = None
    return page(
        request,
        "console/templates/proxies.html",
        status=422 if error else 200,
        reader=visit.reader,
        back=f"{HOME}{query}",
        query=query,
        banner=banner([found], local_day()),
        lines=lines(held),
        proofs=proofs,
        grown=GROWN if _grown(found) else None,
        error=error,
    )

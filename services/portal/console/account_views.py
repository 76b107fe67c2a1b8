"""The pages of accounts: the list, one account, and what its officer does with it.

Security officers keep all accounts, an institution's administrator those of his house's clinicians
(`auth.login.jurisdiction`). What was searched for stands in no address.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.record import Interaction
from auth.login import accounts, jurisdiction, sessions, throttle
from auth.login.accounts import must_have_passkey
from auth.login.jurisdiction import Officer
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from auth.store import directory
from auth.store.accounts import AccountRecord, AccountRefused
from fhir.outcome import Fault, Refusal
from services.portal import csrf
from services.portal.console.account_forms import Appointment, WrongForm, appointment, name_of, words
from services.portal.console.account_presenters import card, line, offered
from services.portal.page import page, see_other
from services.portal.sealing import seal, unseal
from services.portal.visit import Visit, visited

HOME = "/console/accounts"
KEEPERS = (Role.SECURITY, *sorted(accounts.ADMINISTRATORS))
"""Roles of which some keep accounts; `keeper` says who does."""

_SIZE, _LONGEST = 50, 100
_FRESH = timedelta(minutes=10)


def keeper(visit: Visit) -> Officer:
    """The officer that the reader is. Refusal (403) for everybody else."""
    by = jurisdiction.officer(visit.session)
    if by is None:
        raise Refusal(Fault.FORBIDDEN, "this page is for those who keep accounts")
    return by


async def accounts_page(request: Request) -> Response:
    """A page of accounts, by login."""

    async def show(visit: Visit) -> Response:
        by = keeper(visit)
        text, after = _wanted(request)
        found = await directory.page(
            visit.platform.database, house=by.house, text=text, after=after, size=_SIZE + 1
        )
        more = f"{HOME}?s={_sealed(request, text, found[_SIZE - 1].login)}" if len(found) > _SIZE else None
        return page(
            request,
            "console/templates/accounts.html",
            reader=visit.reader,
            accounts=[line(account) for account in found[:_SIZE]],
            text=text,
            more=more,
        )

    return await visited(request, KEEPERS, show, type=None, interaction=Interaction.SEARCH)


async def search(request: Request) -> Response:
    """What was typed, sealed into the address of the list."""

    async def show(visit: Visit) -> Response:
        keeper(visit)
        text = str((await request.form()).get("text", "")).strip()[:_LONGEST]
        return see_other(f"{HOME}?s={_sealed(request, text, '')}" if text else HOME)

    return await visited(request, KEEPERS, show, form=True, type=None, interaction=Interaction.SEARCH)


async def new_page(request: Request) -> Response:
    """The form for a new account."""

    async def show(visit: Visit) -> Response:
        return _new(request, visit, keeper(visit), {}, None)

    return await visited(request, KEEPERS, show, type=None)


async def create(request: Request) -> Response:
    """Make an account; its one-time password is shown this once."""

    async def show(visit: Visit) -> Response:
        by, form = keeper(visit), await _form(request)
        try:
            asked, name = await appointment(visit.platform, form, by), name_of(form)
            account, password = await _create(visit, form.get("login", ""), name, asked)
        except (WrongForm, AccountRefused) as wrong:
            text = words(wrong) if isinstance(wrong, AccountRefused) else str(wrong)
            return _new(request, visit, by, form, text, 422)
        visit.note(reason=f"account made: {account.id}")
        return _password(request, visit, account, password)

    return await visited(request, KEEPERS, show, form=True, type=None, interaction=Interaction.CONFIGURE)


async def account_page(request: Request, id: str) -> Response:
    """One account."""

    async def show(visit: Visit) -> Response:
        by = keeper(visit)
        return _card(request, visit, by, await _found(visit, by, id))

    return await visited(request, KEEPERS, show, type=None)


async def act(request: Request, id: str) -> Response:
    """Do something with one account, recorded by name."""

    async def show(visit: Visit) -> Response:
        by, what = keeper(visit), (await _form(request)).get("act", "")
        visit.note(reason=f"{what if what in _ACTS else 'unknown'} of {id}")
        account = await _found(visit, by, id)
        if what not in _ACTS:
            raise Refusal(Fault.INVALID, "no such action")
        try:
            return await _ACTS[what](request, visit, by, account) or see_other(f"{HOME}/{id}")
        except (WrongForm, AccountRefused) as wrong:
            text = words(wrong) if isinstance(wrong, AccountRefused) else str(wrong)
            return _card(request, visit, by, account, text, 422)

    return await visited(request, KEEPERS, show, form=True, type=None, interaction=Interaction.CONFIGURE)


async def _reset(request: Request, visit: Visit, by: Officer, account: AccountRecord) -> Response:
    _must_take_over(by, account)
    if not sessions.stepped_up(visit.session, _FRESH):
        visit.note(reason=f"reset of {account.id}: a fresh second factor was asked for")
        return see_other(f"/login/again?next={quote(f'{HOME}/{account.id}')}")
    password = await accounts.reset(visit.platform.database, Passwords(), account.login, factors=True)
    await throttle.unlock(visit.platform.database, account.login)
    return _password(request, visit, account, password)


async def _disable(request: Request, visit: Visit, by: Officer, account: AccountRecord) -> None:
    _must_take_over(by, account)
    await stored.disable(visit.platform.database, account.login)


async def _enable(request: Request, visit: Visit, by: Officer, account: AccountRecord) -> None:
    _must_take_over(by, account)
    await stored.enable(visit.platform.database, account.login)


async def _unlock(request: Request, visit: Visit, by: Officer, account: AccountRecord) -> None:
    _must_take_over(by, account)
    await throttle.unlock(visit.platform.database, account.login)


async def _appoint(request: Request, visit: Visit, by: Officer, account: AccountRecord) -> None:
    if by.house is not None or account.id == by.account:
        raise Refusal(Fault.FORBIDDEN, "posts are added by security officers, and to others' accounts")
    asked = await appointment(visit.platform, await _form(request), by)
    if asked.post is not None:
        await stored.add_post(visit.platform.database, account, asked.post)
    elif asked.patient is not None:
        await stored.add_patient(visit.platform.database, account, asked.patient)


async def _end(request: Request, visit: Visit, by: Officer, account: AccountRecord) -> None:
    wanted = (await _form(request)).get("post")
    post = next((post for post in account.posts if post.id == wanted), None)
    if post is None or not jurisdiction.may_end(by, account, post):
        raise Refusal(Fault.FORBIDDEN, "this post is not yours to end")
    await stored.end_post(visit.platform.database, account, post.id, moment.now())


_ACTS: dict[str, Callable[[Request, Visit, Officer, AccountRecord], Awaitable[Response | None]]] = {
    "reset": _reset,
    "disable": _disable,
    "enable": _enable,
    "unlock": _unlock,
    "appoint": _appoint,
    "end": _end,
}


def _must_take_over(by: Officer, account: AccountRecord) -> None:
    if not jurisdiction.may_take_over(by, account):
        raise Refusal(Fault.FORBIDDEN, "this account is not yours to change")


async def _create(visit: Visit, login: str, name: str, asked: Appointment) -> tuple[AccountRecord, str]:
    return await accounts.open_account(
        visit.platform.database,
        Passwords(),
        login=login,
        name=name,
        held=[asked.post] if asked.post else [],
        patient=asked.patient,
    )


async def _found(visit: Visit, by: Officer, id: str) -> AccountRecord:
    account = await stored.by_id(visit.platform.database, id)
    if account is None or not jurisdiction.may_see(by, account):
        raise Refusal(Fault.NOT_FOUND, "no such account")
    return account


def _card(
    request: Request,
    visit: Visit,
    by: Officer,
    account: AccountRecord,
    error: str | None = None,
    status: int = 200,
) -> Response:
    model: dict[str, Any] = {"account": card(account, by, moment.now()), "roles": offered(by)}
    model |= {"whole": by.house is None, "error": error, "back": f"{HOME}/{account.id}", "typed": {}}
    return page(request, "console/templates/account.html", status=status, reader=visit.reader, **model)


def _new(
    request: Request, visit: Visit, by: Officer, typed: dict[str, str], error: str | None, status: int = 200
) -> Response:
    model: dict[str, Any] = {"roles": offered(by), "whole": by.house is None, "typed": typed, "error": error}
    template = "console/templates/new_account.html"
    return page(request, template, status=status, reader=visit.reader, back=f"{HOME}/new", **model)


def _password(request: Request, visit: Visit, account: AccountRecord, password: str) -> Response:
    return page(
        request,
        "console/templates/one_time_password.html",
        reader=visit.reader,
        back=HOME,
        id=account.id,
        login=account.login,
        name=account.name,
        password=password,
        passkey=any(must_have_passkey(role) for role in account.roles),
    )


async def _form(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}


def _sealed(request: Request, text: str, after: str) -> str:
    return seal(json.dumps([text, after]), request.cookies.get(csrf.SESSION_COOKIE, ""))


def _wanted(request: Request) -> tuple[str, str]:
    plain = unseal(request.query_params.get("s", ""), request.cookies.get(csrf.SESSION_COOKIE, ""))
    text, after = json.loads(plain) if plain else ("", "")
    return text, after

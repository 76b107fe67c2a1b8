"""Roster: accounts from a CSV file, one post a line; every line is checked before anything is made.

RFC 4180, in UTF-8 or GB18030, with a head line. Lines of one login are several posts of one person. What is
wrong is told by line and column, never with what stands there.
"""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from auth import moment
from auth.login import accounts as rules
from auth.login import password_policy
from auth.login.passwords import random_hash
from auth.roles import Role, compatible
from auth.store import accounts, posts
from auth.store.accounts import AccountRecord, AccountRefused
from auth.store.posts import Post
from fhir.csv_file import Fault, rows

LIFE = timedelta(days=30)
"""How long the one-time passwords of a roster are good."""

COLUMNS = {
    "login": "账号",
    "name": "姓名",
    "role": "角色",
    "organization": "机构",
    "practitioner": "医务人员",
    "patient": "居民档案",
    "begins": "开始日期",
    "ends": "结束日期",
    "administrator": "管理员",
}
"""The names of the columns, in English or Chinese; the first three must be there."""

_NEEDED = ("login", "name", "role")
_TYPES = {"organization": "Organization", "practitioner": "Practitioner", "patient": "Patient"}
_YES, _NO = ("yes", "true", "1", "是"), ("", "no", "false", "0", "否")
_LONGEST_NAME = 100

Allowed = Callable[[Post], bool]


@dataclass(slots=True)
class Entry:
    """What a line says."""

    line: int
    login: str
    name: str
    post: Post | None
    patient: str | None


@dataclass(slots=True)
class Roster:
    """The lines that can be read, and what is wrong in the others."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def references(self) -> set[str]:
        """Every resource that the lines name."""
        named = [(e.patient, *((e.post.organization, e.post.practitioner) if e.post else ()))
                 for e in self.entries]  # fmt: skip
        return {each for one in named for each in one if each}

    def refuse(self, wrong: Callable[[Entry], str | None]) -> None:
        """Move the entries for which `wrong` has a text to the faults."""
        judged = [(entry, wrong(entry)) for entry in self.entries]
        self.entries = [entry for entry, text in judged if text is None]
        self.faults += [Fault(entry.line, text) for entry, text in judged if text is not None]


def read(raw: bytes, *, allowed: Allowed = lambda post: True) -> Roster:
    """The roster of a file's bytes; `allowed` says which posts its bringer may give. BadFile."""
    roster = Roster()
    for row in rows(io.BytesIO(raw), COLUMNS, _NEEDED):
        if isinstance(row, Fault):
            roster.faults.append(row)
            continue
        try:
            roster.entries.append(_entry(row.line, row.cells, allowed))
        except AccountRefused as error:
            roster.faults.append(Fault(row.line, str(error)))
    _together(roster)
    return roster


def missing(known: set[str]) -> Callable[[Entry], str | None]:
    """For `Roster.refuse`: whoever names a resource that is not among the `known` ones."""

    def wrong(entry: Entry) -> str | None:
        post = entry.post
        named = {
            "organization": post.organization if post else None,
            "practitioner": post.practitioner if post else None,
            "patient": entry.patient,
        }
        unknown = [column for column, reference in named.items() if reference and reference not in known]
        return f"{unknown[0]}: there is no {_TYPES[unknown[0]]} with this id" if unknown else None

    return wrong


def taken(logins: set[str], duties: set[str]) -> Callable[[Entry], str | None]:
    """For `Roster.refuse`: logins that exist, practitioners who hold a duty in an account that exists."""

    def wrong(entry: Entry) -> str | None:
        if accounts.folded(entry.login) in logins:
            return "login: it is taken"
        if _duty(entry) in duties:
            return "practitioner: holds one of the five duties in another account"
        return None

    return wrong


def people(roster: Roster) -> tuple[list[AccountRecord], list[str]]:
    """The accounts that the entries make, and their one-time passwords in the same order."""
    by_login: dict[str, list[Entry]] = {}
    for entry in roster.entries:
        by_login.setdefault(accounts.folded(entry.login), []).append(entry)
    passwords = [password_policy.one_time(password_policy.RANDOM_GROUPS) for _ in by_login]
    expires = moment.now() + LIFE
    made = [
        accounts.fresh(
            login,
            entries[0].name,
            [entry.post for entry in entries if entry.post],
            random_hash(password),
            patient=next((entry.patient for entry in entries if entry.patient), None),
            password_expires=expires,
        )
        for (login, entries), password in zip(by_login.items(), passwords, strict=True)
    ]
    return made, passwords


def _entry(number: int, values: dict[str, str], allowed: Allowed) -> Entry:
    login, name = values["login"], values["name"]
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise AccountRefused(f"name: 1 to {_LONGEST_NAME} printable characters")
    role = _role(values["role"])
    patient = _reference(values, "patient")
    if (role is Role.RESIDENT) != (patient is not None):
        raise AccountRefused("patient: stands in the lines of residents, and in theirs alone")
    if role is Role.RESIDENT and _posted(values):
        raise AccountRefused("role: a resident holds no post; write a post into a line of its own")
    post = None if role is Role.RESIDENT else _post(role, values)
    rules.check(login, [post] if post else [])
    if post is None and not allowed(posts.fresh(Role.RESIDENT)):
        raise AccountRefused("role: not yours to give")
    if post is not None and not allowed(post):
        raise AccountRefused("role, organization: not yours to give")
    return Entry(number, login, name, post, patient)


def _posted(values: dict[str, str]) -> bool:
    others = ("organization", "practitioner", "begins", "ends")
    return any(values.get(each) for each in others) or values.get("administrator", "").lower() not in _NO


def _post(role: Role, values: dict[str, str]) -> Post:
    begins, ends = _day(values, "begins"), _day(values, "ends")
    return posts.fresh(
        role,
        _reference(values, "organization"),
        _reference(values, "practitioner"),
        begins=posts.first_moment(begins) if begins else _today(),
        ends=posts.end_of(ends) if ends else None,
        administrator=_truth(values, "administrator"),
    )


def _today() -> datetime:
    return posts.first_moment(moment.now().astimezone(moment.LOCAL).date())


def _role(text: str) -> Role:
    try:
        return Role(text.lower())
    except ValueError:
        raise AccountRefused(f"role: none of {', '.join(Role)}") from None


def _reference(values: dict[str, str], column: str) -> str | None:
    text = values.get(column, "")
    return f"{_TYPES[column]}/{text.removeprefix(_TYPES[column] + '/')}" if text else None


def _day(values: dict[str, str], column: str) -> date | None:
    text = values.get(column, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise AccountRefused(f"{column}: a day is written 2026-01-31") from None


def _truth(values: dict[str, str], column: str) -> bool:
    text = values.get(column, "").lower()
    if text not in (*_YES, *_NO):
        raise AccountRefused(f"{column}: yes or no")
    return text in _YES


def _together(roster: Roster) -> None:
    """What lines must not say of one person, or of one practitioner, between them."""
    first: dict[str, Entry] = {}
    roles: dict[str, list[Role]] = {}
    duties: dict[str, str] = {}

    def wrong(entry: Entry) -> str | None:
        login = accounts.folded(entry.login)
        known, held = first.setdefault(login, entry), roles.setdefault(login, [])
        if known.name != entry.name:
            return f"name: another one than in line {known.line} with the same login"
        if entry.patient and known is not entry and Role.RESIDENT in held:
            return "patient: there is a line with this login and a patient already"
        held.append(entry.post.role if entry.post else Role.RESIDENT)
        if not compatible(held):
            return "role: no account holds two of steward, privacy, operator, security and auditor"
        duty = _duty(entry)
        if duty and duties.setdefault(duty, login) != login:
            return "practitioner: holds one of the five duties under another login"
        return None

    roster.refuse(wrong)


def _duty(entry: Entry) -> str | None:
    held: Iterable[Post] = [entry.post] if entry.post else []
    found = accounts.duties(held)
    return found[0] if found else None

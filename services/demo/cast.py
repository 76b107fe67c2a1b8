"""Accounts of the demonstration: who may log in, with which password and second factor.

Collection `demonstration`, rows `account/LOGIN`. Passwords and secrets are drawn at the first start, sealed,
and kept for `./furong demo accounts`; they open invented files only.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from auth.login import password_policy
from auth.login.accounts import create_demonstration
from auth.login.factors import new_secret
from auth.login.passwords import Passwords
from auth.roles import FACTORS, Factor, Role
from auth.store.accounts import by_login
from fhir.store import Store
from services.demo.catalogue import document
from services.demo.claim import COLLECTION
from services.demo.house import house
from services.demo.region import Region
from services.demo.resources import Identify, practitioner_id

_PREFIX = "account/"


@dataclass(frozen=True)
class Member:
    """One account with what opens it; `totp_secret` is None where no code is asked for."""

    login: str
    password: str
    totp_secret: str | None
    role: str
    name: str


async def draw(store: Store, region: Region) -> list[Member]:
    """The members, each with its password and secret: those drawn before, otherwise new ones."""
    for entry in document("accounts.yaml"):
        role = Role(entry["role"])
        factor = new_secret() if FACTORS[role] is Factor.CODE else None
        member = Member(entry["login"], password_policy.one_time(), factor, role, _name(entry, region))
        sealed = await store.vault.seal(COLLECTION, json.dumps(asdict(member)).encode())
        await store.database[COLLECTION].update_one(
            {"_id": _PREFIX + member.login}, {"$setOnInsert": {"sealed": sealed}}, upsert=True
        )
    return await members(store)


async def members(store: Store) -> list[Member]:
    """The members in the order of data/accounts.yaml; none where the demonstration was never loaded."""
    rows = {row["_id"]: row async for row in store.database[COLLECTION].find({"sealed": {"$exists": True}})}
    known = [rows.get(_PREFIX + entry["login"]) for entry in document("accounts.yaml")]
    return [
        Member(**json.loads(await store.vault.open(COLLECTION, row["sealed"])))
        for row in known
        if row is not None
    ]


async def open_accounts(store: Store, cast: list[Member], patients: Mapping[str, str]) -> None:
    """Make the accounts that are not there yet; `patients` maps a resident's key to `Patient/id`."""
    passwords = Passwords()
    entries = {entry["login"]: entry for entry in document("accounts.yaml")}
    async with asyncio.TaskGroup() as group:
        for member in cast:
            entry = entries[member.login]
            belongs = _belongs(entry, patients, store.vault.identify)
            administrator = bool(entry.get("administrator"))
            group.create_task(_open(store, passwords, member, belongs, administrator))


async def _open(
    store: Store, passwords: Passwords, member: Member, belongs: dict[str, str], administrator: bool
) -> None:
    if await by_login(store.database, member.login) is None:
        await create_demonstration(
            store.database,
            passwords,
            store.vault,
            login=member.login,
            name=member.name,
            roles=(Role(member.role),),
            password=member.password,
            totp_secret=member.totp_secret,
            organization=belongs.get("organization"),
            practitioner=belongs.get("practitioner"),
            patient=belongs.get("patient"),
            administrator=administrator,
        )


def residents() -> list[str]:
    """The keys of the residents who have an account."""
    return [entry["resident"] for entry in document("accounts.yaml") if "resident" in entry]


def _name(entry: dict[str, Any], region: Region) -> str:
    if "doctor" in entry:
        return next(each.name for each in house(entry["house"]).doctors if each.code == entry["doctor"])
    return region.character(entry["resident"]).name if "resident" in entry else str(entry["name"])


def _belongs(entry: dict[str, Any], patients: Mapping[str, str], identify: Identify) -> dict[str, str]:
    if "resident" in entry:
        return {"patient": patients[entry["resident"]]}
    if "doctor" not in entry:
        return {}
    place = house(entry["house"])
    doctor = next(each for each in place.doctors if each.code == entry["doctor"])
    return {
        "organization": f"Organization/{place.id}",
        "practitioner": f"Practitioner/{practitioner_id(place, doctor, identify)}",
    }

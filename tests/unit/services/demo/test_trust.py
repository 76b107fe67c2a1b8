"""Rules and proxies of the demonstration, written once however often it begins."""

from datetime import date

from auth.access.consent import told
from auth.login.accounts import create_demonstration
from auth.login.hats import hats
from auth.login.passwords import Passwords
from auth.principal import Proxied
from auth.roles import Role
from auth.store.accounts import by_login
from fhir.store import EVERYONE, Store
from fhir.validation import errors
from services.demo import trust

PATIENTS = {key: f"Patient/{key}" for key in ("diabetic", "old_man", "mother", trust.CHILD)}


async def test_they_are_valid_and_held_once(store: Store) -> None:
    for login in ("chen.jie", "wang.jianguo"):
        await create_demonstration(
            store.database, Passwords(), store.vault, login=login, name="HTEST", roles=(Role.RESIDENT,),
            password="x", totp_secret=None, patient="Patient/own",
        )  # fmt: skip
    for _ in range(2):
        await trust.give(store, PATIENTS, date(2022, 5, 1))
    rows = await store.resources.search({"type": {"$in": ["Consent", "RelatedPerson"]}}, EVERYONE, limit=9)
    made = [each.resource() for each in rows]
    assert [errors(each) for each in made] == [[], [], []]
    assert sum(told(each) is not None for each in made if each["resourceType"] == "Consent") == 1
    mother = await by_login(store.database, "chen.jie")
    assert mother is not None
    (proxy,) = [each.proxy for each in hats(mother) if each.proxy]
    assert (proxy.kind, proxy.patient, proxy.until) == (
        Proxied.PARENT,
        "Patient/toddler",
        trust.proxies.hand_over(date(2022, 5, 1)),
    )

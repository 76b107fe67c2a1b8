"""Jurisdiction: what an institution's administrator must never reach, and what nobody may do to himself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from auth import moment
from auth.login import hats, jurisdiction
from auth.login.jurisdiction import Officer
from auth.login.sessions import IDLE, WebSession
from auth.roles import Role
from auth.store import accounts, posts
from auth.store.accounts import AccountRecord
from auth.store.posts import Post

H1, H2 = "Organization/h1", "Organization/h2"
SECURITY, ADMINISTRATOR = Officer("account-s", None), Officer("account-a", H1)


def post(role: Role = Role.CLINICIAN, house: str = H1, **more: object) -> Post:
    begins = moment.now() - timedelta(days=9)
    return replace(posts.fresh(role, house, "Practitioner/p", begins=begins), **more)  # type: ignore[arg-type]


def account(*held: Post, **more: object) -> AccountRecord:
    return accounts.fresh("li", "HTEST", held, "x", **more)


OVER = {"ends": moment.now() - timedelta(days=1)}
CASES = {
    "a clinician of the house": (account(post()), True),
    "with an ended post elsewhere": (account(post(), post(house=H2, **OVER)), True),
    "who is a resident too": (account(post(), patient="Patient/own"), False),
    "with a post elsewhere": (account(post(), post(house=H2)), False),
    "with a post elsewhere that begins later": (
        account(post(), post(house=H2, begins=moment.now() + timedelta(days=1))),
        False,
    ),
    "with a duty": (account(post(), post(Role.STEWARD)), False),
    "another administrator": (account(post(administrator=True)), False),
    "a clinician of another house": (account(post(house=H2)), False),
    "nobody any more": (account(post(**OVER)), False),
    "himself": (account(post(), id="account-a"), False),
}


def test_himself_is_in_the_cases() -> None:
    who, _ = CASES["himself"]
    assert who.id == ADMINISTRATOR.account


@pytest.mark.parametrize("case", CASES)
def test_what_an_administrator_may_take_over(case: str) -> None:
    who, expected = CASES[case]
    assert jurisdiction.may_take_over(ADMINISTRATOR, who) is expected


@pytest.mark.parametrize("case", CASES)
def test_a_security_officer_keeps_every_account_but_his_own(case: str) -> None:
    who, _ = CASES[case]
    assert jurisdiction.may_see(SECURITY, who)
    assert jurisdiction.may_take_over(SECURITY, who)
    assert not jurisdiction.may_take_over(replace(SECURITY, account=who.id), who)
    assert not any(jurisdiction.may_end(replace(SECURITY, account=who.id), who, each) for each in who.posts)


def test_an_administrator_sees_and_appoints_his_own_house_alone() -> None:
    assert jurisdiction.may_see(ADMINISTRATOR, account(post(), post(house=H2)))
    assert not jurisdiction.may_see(ADMINISTRATOR, account(post(house=H2)))
    assert not jurisdiction.may_see(ADMINISTRATOR, account(patient="Patient/own"))
    assert jurisdiction.may_appoint(ADMINISTRATOR, post())
    for wrong in (post(house=H2), post(Role.STEWARD), post(administrator=True), post(Role.RESIDENT)):
        assert not jurisdiction.may_appoint(ADMINISTRATOR, wrong)
        assert not jurisdiction.may_end(ADMINISTRATOR, account(wrong), wrong)
    assert jurisdiction.may_end(ADMINISTRATOR, account(post(), patient="Patient/own"), post())


@pytest.mark.parametrize(
    ("held", "house"),
    [
        (post(Role.SECURITY), None),
        (post(administrator=True), H1),
        (post(Role.STEWARD, administrator=True), H1),
        (post(), ...),
        (post(Role.AUDITOR), ...),
        (post(Role.OPERATOR), ...),
        (post(Role.PRIVACY), ...),
        (None, ...),
    ],
)
def test_who_is_an_officer_under_the_hat_that_he_wears(held: Post | None, house: object) -> None:
    who = account(*([held] if held else []), post(administrator=True), patient="Patient/own")
    worn = hats.hat(who, held.id if held else hats.RESIDENT)
    assert worn is not None
    principal = hats.principal(who, worn)
    found = jurisdiction.officer(WebSession(principal, "", who, worn, moment.now(), IDLE[True]))
    assert found == (None if house is ... else Officer(who.id, house))  # type: ignore[arg-type]

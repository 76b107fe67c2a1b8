"""Roles: which exclude each other, and which second factor they demand."""

from itertools import combinations

import pytest

from auth.roles import DUTIES, FACTORS, STAFF, Factor, Role, compatible, demanded


def test_no_account_holds_two_of_the_last_five() -> None:
    assert set(list(Role)[-5:]) == DUTIES
    assert not any(compatible(pair) for pair in combinations(DUTIES, 2))
    assert all(compatible((Role.CLINICIAN, Role.RESIDENT, duty)) for duty in DUTIES)


@pytest.mark.parametrize(
    ("roles", "factor"),
    [
        ((Role.RESIDENT,), Factor.OPTIONAL),
        ((Role.CLINICIAN,), Factor.CODE),
        ((Role.STEWARD,), Factor.CODE),
        ((Role.PRIVACY,), Factor.CODE),
        ((Role.SECURITY,), Factor.PASSKEY),
        ((Role.OPERATOR,), Factor.PASSKEY),
        ((Role.RESIDENT, Role.CLINICIAN), Factor.CODE),
        ((Role.CLINICIAN, Role.SECURITY), Factor.PASSKEY),
    ],
)
def test_the_strongest_factor_is_demanded(roles: tuple[Role, ...], factor: Factor) -> None:
    assert demanded(roles) is factor


def test_every_role_has_a_factor() -> None:
    assert FACTORS.keys() == set(Role)
    assert Role.RESIDENT not in STAFF

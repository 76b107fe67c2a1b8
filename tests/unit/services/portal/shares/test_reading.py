"""As whom a share is read."""

from types import SimpleNamespace
from typing import Any

from auth.access import AccessOf, Common
from auth.principal import Kind, Principal, Proxied
from auth.roles import Role
from services.portal.shares.reading import shown

PLATFORM: Any = SimpleNamespace(
    store=None,
    grounds=None,
    relations=None,
    settings=SimpleNamespace(fhir_base=""),
    limits=SimpleNamespace(look_up=print),
)
RESIDENT = Principal(Kind.PERSON, "a", "", Role.RESIDENT, patient="Patient/a")
PARENT = Principal(Kind.PERSON, "a", "", Role.RESIDENT, patient="Patient/a", proxy=Proxied.PARENT)


def test_without_leave_it_is_read_as_one_who_sees_nothing_sensitive() -> None:
    access = shown(PLATFORM, RESIDENT, sensitive=False).access
    assert isinstance(access, AccessOf)
    assert access.principal.proxy is Proxied.HELP_DESK
    access = shown(PLATFORM, RESIDENT, sensitive=True).access
    assert isinstance(access, AccessOf)
    assert access.principal == RESIDENT


def test_a_parent_never_shares_more_than_he_sees() -> None:
    access = shown(PLATFORM, PARENT, sensitive=True).access
    assert isinstance(access, AccessOf)
    assert access.principal == PARENT
    assert isinstance(shown(PLATFORM, PARENT, sensitive=False).access, Common)

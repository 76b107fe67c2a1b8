"""Proxies in words."""

from datetime import timedelta

import pytest

from auth.moment import now
from auth.principal import Proxied
from auth.store.proxies import Held, Invitation, Proxy, fresh
from services.portal.proxies.presenters import KINDS, already, lines, offers


def test_those_that_last_stand_first() -> None:
    over = fresh(Proxied.ADULT, "Patient/p", "a", now() - timedelta(days=1))
    lasting = fresh(Proxied.PARENT, "Patient/p", "a", None)
    found = lines([Held("x", "x", "HTEST X", over), Held("y", "y", "HTEST Y", lasting)])
    assert [(each.name, each.lasts) for each in found] == [("HTEST Y", True), ("HTEST X", False)]
    assert found[0].kind == KINDS[Proxied.PARENT]


@pytest.mark.parametrize(
    ("login", "held", "until", "wanted", "expected"),
    [
        ("li", Proxied.ADULT, None, Proxied.ADULT, True),
        ("li", Proxied.ADULT, None, Proxied.HELP_DESK, True),
        ("li", Proxied.HELP_DESK, None, Proxied.HELP_DESK, True),
        ("li", Proxied.HELP_DESK, None, Proxied.ADULT, False),
        ("li", Proxied.PARENT, None, Proxied.ADULT, False),
        ("li", Proxied.ADULT, timedelta(days=-1), Proxied.ADULT, False),
        ("other", Proxied.ADULT, None, Proxied.ADULT, False),
    ],
)
def test_who_looks_already_for_as_much_needs_no_code(
    login: str, held: Proxied, until: timedelta | None, wanted: Proxied, expected: bool
) -> None:
    since = now() - timedelta(days=2)
    ends = None if until is None else now() + until
    proxy = Proxy("p", held, "Patient/p", since, ends, "a")
    assert already([Held("account", login, "HTEST Li", proxy)], "li", wanted) == expected


def test_a_code_that_is_still_good_stands_before_one_that_is_over() -> None:
    over, good = (
        Invitation(login, Proxied.ADULT, "Patient/p", None, "a", now() + timedelta(days=days))
        for login, days in (("over", -1), ("good", 1))
    )
    assert [(each.login, each.open) for each in offers([over, good])] == [("good", True), ("over", False)]

"""Proxies in words."""

from datetime import timedelta

from auth.moment import now
from auth.principal import Proxied
from auth.store.proxies import Held, fresh
from services.portal.proxies.presenters import KINDS, lines


def test_those_that_last_stand_first() -> None:
    over = fresh(Proxied.ADULT, "Patient/p", "a", now() - timedelta(days=1))
    lasting = fresh(Proxied.PARENT, "Patient/p", "a", None)
    found = lines([Held("x", "x", "HTEST X", over), Held("y", "y", "HTEST Y", lasting)])
    assert [(each.name, each.lasts) for each in found] == [("HTEST Y", True), ("HTEST X", False)]
    assert found[0].kind == KINDS[Proxied.PARENT]

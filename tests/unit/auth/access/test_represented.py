"""What a proxy sees of a file (ADR 14; security-and-scale.md, lines 15 and 17)."""

import pytest

from auth.access.clearance import CONFIDENTIALITY
from auth.access.constraint import Owners
from auth.access.grounds import Grounds
from auth.access.represented import Represented
from auth.principal import Proxied
from auth.store.database import Database
from fhir.sensitivity import ACT_CODE
from fhir.store.facets import label
from fhir.store.in_memory import held
from tests.unit.auth.access.test_ruled import A2, A, B, consent, grounds, keep, row

__all__ = ["grounds"]
MA = "RelatedPerson/ma"
MOTHER = frozenset({MA, "RelatedPerson/again"})
SEX, STD, PSY, SDV, HIV = (label((ACT_CODE, code)) for code in ("SEX", "STD", "PSY", "SDV", "HIV"))
RESTRICTED = label((CONFIDENTIALITY, "R"))


async def sees(grounds: Grounds, kind: Proxied, *facets: str, inherited: tuple[str, ...] = ()) -> bool:
    own = Owners(A, grounds.relations)
    within = await Represented(own, kind, MOTHER, grounds).within(await own.among([A2]))
    return within is None or held(within, row(A2, *facets, inherited=inherited))


@pytest.mark.parametrize("facet", [SEX, STD, PSY, SDV])
async def test_a_parent_is_not_told_what_a_minor_confides(grounds: Grounds, facet: str) -> None:
    assert not await sees(grounds, Proxied.PARENT, facet)
    assert not await sees(grounds, Proxied.PARENT, inherited=(facet,))
    assert await sees(grounds, Proxied.ADULT, facet)


async def test_a_parent_sees_the_rest_and_a_help_desk_nothing_sensitive(grounds: Grounds) -> None:
    assert await sees(grounds, Proxied.PARENT, HIV)
    assert await sees(grounds, Proxied.PARENT)
    assert await sees(grounds, Proxied.HELP_DESK)
    assert not await sees(grounds, Proxied.HELP_DESK, HIV)
    assert not await sees(grounds, Proxied.HELP_DESK, RESTRICTED)


async def test_a_help_desk_is_not_told_what_the_resident_hides(grounds: Grounds, base: Database) -> None:
    """A Consent names what it hides."""
    await keep(grounds, base, consent(A2, provision={"type": "permit"}))
    rule, speaking = row(A2) | {"type": "Consent", "id": "c"}, row(A2, "refers|Consent/c")
    for kind, told in ((Proxied.HELP_DESK, False), (Proxied.ADULT, True), (Proxied.PARENT, True)):
        own = Owners(A, grounds.relations)
        within = await Represented(own, kind, frozenset(), grounds).within(await own.among([A2]))
        assert [within is None or held(within, each) for each in (rule, speaking)] == [told, told]


async def test_a_consent_that_names_the_parent_opens_one_label(grounds: Grounds, base: Database) -> None:
    opened = {
        "type": "permit",
        "actor": [{"reference": {"reference": MA}}],
        "securityLabel": [{"system": ACT_CODE, "code": "PSY"}],
    }
    await keep(grounds, base, consent(A, provision=opened))
    assert await sees(grounds, Proxied.PARENT, PSY)
    assert not await sees(grounds, Proxied.PARENT, PSY, SEX)


async def test_a_consent_of_all_houses_is_not_about_proxies(grounds: Grounds, base: Database) -> None:
    await keep(grounds, base, consent(A))
    assert await sees(grounds, Proxied.ADULT)
    actor = [{"reference": {"reference": MA}}]
    await keep(grounds, base, consent(A, "d", provision={"type": "deny", "actor": actor}))
    assert not await sees(grounds, Proxied.ADULT)


async def test_a_proxy_has_the_file_of_one_person(grounds: Grounds) -> None:
    constraint = Represented(Owners(A, grounds.relations), Proxied.ADULT, frozenset(), grounds)
    assert await constraint.among([A, A2, B]) == {A, A2}
    assert await constraint.every(10) == {A, A2}
    assert await constraint.every(1) is None

"""How far the scopes of a token reach (SMART App Launch 2.2)."""

import pytest

from auth.access.reach import Scoped, reach
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.smart.granular import facet_filter
from auth.smart.scope import parse_all
from fhir.access import Action

LAB, VITAL = "Observation.rs?category=laboratory", "Observation.rs?category=vital-signs"
ONE, TWO = (
    facet_filter("Observation", "category=laboratory"),
    facet_filter("Observation", "category=vital-signs"),
)


def app(scope: str, role: Role = Role.CLINICIAN, launched: str | None = "Patient/a") -> Principal:
    return Principal(Kind.PERSON, "a", "a", role, "client", scopes=parse_all(scope), launched=launched)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (app("user/Observation.rs"), Scoped()),
        (app("patient/Observation.rs"), Scoped("Patient/a")),
        (app("patient/Observation.rs", launched=None), None),
        (app("patient/Observation.rs", Role.RESIDENT, None), Scoped()),
        (app("patient/Observation.rs", Role.RESIDENT), Scoped("Patient/a")),
        (app("patient/Patient.rs"), None),
        (app("system/*.rs"), None),
        (app(""), None),
        (app(f"user/{LAB}"), Scoped(None, ONE)),
        (app(f"patient/{LAB} patient/{VITAL}"), Scoped("Patient/a", {"$or": [ONE, TWO]})),
        (
            app(f"user/{LAB} patient/Observation.rs"),
            Scoped("Patient/a"),
        ),  # one level: the one that narrows less
        (app(f"user/Observation.rs patient/{LAB}"), Scoped()),
        (app(f"patient/Observation.s patient/{LAB}"), Scoped("Patient/a", ONE)),
        (Principal(Kind.SYSTEM, "c", "c", scopes=parse_all(f"system/{LAB}")), Scoped(None, ONE)),
        (Principal(Kind.SYSTEM, "c", "c", scopes=parse_all("user/*.rs")), None),
        (Principal(Kind.PERSON, "a", "a", Role.CLINICIAN), Scoped()),  # on the platform's own pages
    ],
)
def test_reading_observations(who: Principal, expected: Scoped | None) -> None:
    assert reach(who, "Observation", Action.READ) == expected

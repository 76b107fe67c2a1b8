"""Models of the pages of apps, full and empty, for the component tests."""

from datetime import UTC, datetime
from typing import Any

from auth.store.clients import ClientRecord
from auth.store.grants import Grant
from fhir.summary.patient import banner
from services.portal.apps.presenters import Question, apps, lines
from services.portal.clinician.presenters import found
from services.portal.page import Reader
from tests.support import people
from tests.unit.services.portal.html import DOCTOR, RESIDENT

NOW = datetime(2026, 11, 26, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)>"
SECURITY = Reader("安全管理员", "security")
FULL = people.five_diseases()
SCOPE = (
    "openid fhirUser profile launch/patient offline_access patient/*.rs user/Condition.cruds "
    "patient/Observation.rs?category=http://x.example|laboratory patient/Observation.r?code=<a> "
    "patient/Claim.c"
)


def client(**more: Any) -> ClientRecord:
    """An app whose maker has chosen a hostile name."""
    uris = ("https://app.example/cb", "com.example.app:/cb")
    usual: dict[str, Any] = {
        "id": "c1", "name": HOSTILE, "redirect_uris": uris, "scope": SCOPE, "method": "none", "jwks": None,
        "organization": None, "regional": False, "secret": None, "created": NOW,
    }  # fmt: skip
    return ClientRecord(**usual | more)


def question(**more: Any) -> Question:
    """Everything that can be asked."""
    usual: dict[str, Any] = {
        "app": HOSTILE, "host": "app.example", "native": True, "lines": lines(SCOPE),
        "identity": ("知道您是谁", "知道您的姓名"), "offline": True, "online": True,
        "patient": banner(FULL.patients, people.TODAY),
    }  # fmt: skip
    return Question(**usual | more)


GRANT = Grant("c1", "account-1", "resident", SCOPE, SCOPE, "Patient/p1", NOW, NOW)
SYSTEM = client(
    redirect_uris=(), organization="Organization/o", pending=True, launch_url="https://a.example/l"
)

PAGES: dict[str, tuple[str, Reader | None, dict[str, Any]]] = {
    "consent": (
        "apps/templates/consent.html",
        RESIDENT,
        {"question": question(), "action": "/oauth/consent/n"},
    ),
    "small consent": (
        "apps/templates/consent.html",
        RESIDENT,
        {
            "question": question(lines=(), offline=False, online=False, native=False, patient=None),
            "action": "/oauth/consent/n",
        },
    ),
    "patient": (
        "apps/templates/patient.html",
        DOCTOR,
        {"query": "", "people": None, "more": False, "app": HOSTILE, "action": "/oauth/consent/n/patient"},
    ),
    "patients": (
        "apps/templates/patient.html",
        DOCTOR,
        {
            "query": "王",
            "people": found(FULL.patients, {}, people.TODAY),
            "more": True,
            "app": HOSTILE,
            "action": "/oauth/consent/n/patient",
        },
    ),
    "apps": (
        "apps/templates/apps.html",
        RESIDENT,
        {"apps": apps([GRANT, GRANT], {"c1": client()}), "area": "resident"},
    ),
    "no apps": ("apps/templates/apps.html", DOCTOR, {"apps": [], "area": "clinician"}),
    "clients": (
        "console/templates/clients.html",
        SECURITY,
        {
            "clients": [client(), SYSTEM, client(disabled=True), client(redirect_uris=(), regional=True)],
            "invitation": "token",
            "address": "http://localhost:8080/oauth/register",
        },
    ),
    "no clients": (
        "console/templates/clients.html",
        SECURITY,
        {"clients": [], "invitation": None, "address": "http://localhost:8080/oauth/register"},
    ),
}

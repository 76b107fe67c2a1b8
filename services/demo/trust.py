"""Trust: what residents of the demonstration have decided about their files, and who looks for whom.

FHIR R4 Consent and RelatedPerson. One rule in force and one withdrawn; a parent, a named adult.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from auth import moment
from auth.principal import Proxied
from auth.store import accounts, proxies
from auth.store.proxies import Proxy
from fhir.resource import Resource, instant
from fhir.store import Store
from fhir.store.transaction import Transaction
from services.labelling import SYNTHETIC, labelled

CHILD = "toddler"
"""The resident under fourteen for whom the mother looks."""
_MOTHER, _ADULT, _HELPED = "chen.jie", "wang.jianguo", "old_man"
_TERMS = "http://terminology.hl7.org/CodeSystem/"


async def give(store: Store, patients: Mapping[str, str], birth: date) -> None:
    """Write the rules and proxies; `patients` are those of residents by key, `birth` is the child's."""
    related = {
        "resourceType": "RelatedPerson",
        "id": "demonstration-parent",
        "active": True,
        "patient": {"reference": patients[CHILD]},
        "relationship": [{"coding": [{"system": _TERMS + "v3-RoleCode", "code": "PRN"}]}],
    }

    async def write(transaction: Transaction) -> None:
        for each in (*_rules(patients["diabetic"]), related):
            transaction.put(labelled(each, SYNTHETIC))

    await store.resources.transact(write)
    parent = proxies.fresh(
        Proxied.PARENT,
        patients[CHILD],
        "demonstration",
        proxies.hand_over(birth),
        related="RelatedPerson/demonstration-parent",
    )
    await _hold(store, _MOTHER, parent)
    await _hold(store, _ADULT, proxies.fresh(Proxied.ADULT, patients[_HELPED], "demonstration", None))


async def _hold(store: Store, login: str, proxy: Proxy) -> None:
    """Unless the account has it from an earlier start."""
    account = await accounts.by_login(store.database, login)
    if account is not None and all(each.patient != proxy.patient for each in account.proxies):
        await proxies.add(store.database, account.id, proxy)


def _rules(patient: str) -> Iterator[Resource]:
    """Mental health is for nobody; that the vaccinations were has been withdrawn."""
    psychiatric = {"securityLabel": [{"system": _TERMS + "v3-ActCode", "code": "PSY"}]}
    vaccinations = {
        "class": [
            {"system": "http://hl7.org/fhir/resource-types", "code": each}
            for each in ("Immunization", "ImmunizationRecommendation")
        ],
    }
    yield _consent("demonstration-rule", patient, "active", 40, psychiatric)
    yield _consent("demonstration-withdrawn", patient, "inactive", 90, vaccinations)


def _consent(id: str, patient: str, status: str, days: int, of: dict[str, Any]) -> Resource:
    return {
        "resourceType": "Consent",
        "id": id,
        "status": status,
        "scope": {"coding": [{"system": _TERMS + "consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": patient},
        "dateTime": instant(moment.now() - timedelta(days=days)),
        "sourceAttachment": {"title": "web"},
        "policyRule": {"coding": [{"system": _TERMS + "v3-ActCode", "code": "OPTIN"}]},
        "provision": {"type": "deny"} | of,
    }

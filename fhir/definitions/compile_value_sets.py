"""ValueSet expansion at build time: the codes of every required binding of R4.

FHIR R4 valueset.html 4.9.6 (expansion). Only value sets that list their codes or take whole complete code
systems are expanded; what cannot be enumerated (UCUM, BCP 47, MIME types, LOINC answers) is left out.
"""

from collections.abc import Iterable, Iterator
from typing import Any

CURRENCIES = (  # ISO 4217: the definitions name the system and list no code
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "  # noqa: SIM905
    "CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW "
    "KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD "
    "NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE "
    "SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED "
    "VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG "
    "ZWL".split()
)
LISTED = {"http://hl7.org/fhir/ValueSet/currencies": {"urn:iso:std:iso:4217": CURRENCIES}}


def _concepts(concepts: Iterable[dict[str, Any]]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from _concepts(concept.get("concept", ()))


def _included(include: dict[str, Any], systems: dict[str, dict[str, Any]]) -> list[str] | None:
    """The codes of one compose.include, or None when they can't be listed."""
    if include.keys() & {"filter", "valueSet"}:
        return None
    if "concept" in include:
        return list(_concepts(include["concept"]))
    system = systems.get(include.get("system", ""), {})
    return list(_concepts(system["concept"])) if system.get("content") == "complete" else None


def expand(value_set: dict[str, Any], systems: dict[str, dict[str, Any]]) -> dict[str, list[str]] | None:
    """The codes of `value_set` by code system, in their order; None when it can't be enumerated."""
    compose = value_set.get("compose", {})
    if "exclude" in compose or not compose.get("include"):
        return None
    codes: dict[str, list[str]] = {}
    for include in compose["include"]:
        found = _included(include, systems)
        if found is None:
            return None
        codes.setdefault(include["system"], []).extend(found)
    return codes


def compile_value_sets(urls: Iterable[str], sources: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The expansions of the value sets `urls` that can be enumerated, from ValueSets and CodeSystems."""
    by_type: dict[str, dict[str, Any]] = {"ValueSet": {}, "CodeSystem": {}}
    for source in sources:
        by_type.setdefault(source["resourceType"], {})[source.get("url", "")] = source
    urls = set(urls)
    known = (by_type["ValueSet"].get(url, {}) for url in urls)
    expansions = {one["url"]: expand(one, by_type["CodeSystem"]) for one in known if one}
    listed = {url: codes for url, codes in LISTED.items() if url in urls}
    return listed | {url: codes for url, codes in expansions.items() if codes}

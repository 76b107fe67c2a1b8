"""Consent: what a resident's Consents hide from a reader, as a filter on the rows of his file.

FHIR R4 consent.html; IHE Privacy Consent on FHIR (PCF), basic and intermediate. The type of the root
provision is its base rule (else `policyRule` OPTIN or OPTOUT); nested provisions are exceptions that turn it
over. Within a provision elements are joined by AND, repetitions by OR, and what is absent narrows nothing. Of
several Consents for the same actors and purposes the newest counts; of those that are left, a denial wins.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auth import moment as clock
from auth.access.provision import Reader, is_privacy, matches, narrows
from fhir.access import Filter
from fhir.resource import Resource
from fhir.search.types.interval import interval, moment

Cleared = tuple[frozenset[tuple[str, str]], Filter]
NOTHING: Filter = {"type": {"$in": []}}
_HEAD: Filter = {"type": "Patient"}
"""Whose file it is: whoever is shown some of it is told."""
_OPPOSITE = {"deny": "permit", "permit": "deny"}
_POLICIES = {"OPTIN": "deny", "OPTOUT": "permit"}


@dataclass(frozen=True, slots=True)
class Told:
    """What one Consent says: its base rule, its provisions, since when; of which source Patient.

    A newer one takes the place of an older about the same, but not that of another Patient's: two records may
    be one person's, and yet nobody has taken back what was denied of the one. The stricter holds.
    """

    base: str
    root: Mapping[str, Any]
    given: str
    of: str = ""

    @property
    def actors(self) -> frozenset[str]:
        """Whom it names."""
        return frozenset(
            str((each.get("reference") or {}).get("reference")) for each in self.root.get("actor", ())
        )

    @property
    def purposes(self) -> frozenset[str]:
        """The purposes that it names, its exceptions included."""
        parts = (self.root, *self.root.get("provision", ()))
        return frozenset(str(each.get("code")) for part in parts for each in part.get("purpose", ()))

    @property
    def about(self) -> tuple[Any, ...]:
        """Of whom, for whom and for what it speaks; a newer one about the same takes its place."""
        purposes = (str(each.get("code")) for each in self.root.get("purpose", ()))
        return self.of, self.actors, frozenset(purposes)


def told(consent: Resource, of: str = "") -> Told | None:
    """What a Consent of a Patient says of privacy; None where it is not in force (draft, withdrawn)."""
    if consent.get("status") != "active" or not is_privacy(consent):
        return None
    root: Mapping[str, Any] = consent.get("provision") or {}
    rules = [each.get("code") for each in (consent.get("policyRule") or {}).get("coding", ())]
    base = root.get("type") or next((_POLICIES[each] for each in rules if each in _POLICIES), None)
    given = str(consent.get("dateTime") or (consent.get("meta") or {}).get("lastUpdated") or "")
    return None if base is None else Told(base, root, given, of)


def said(consents: Mapping[str, Iterable[Resource]], patients: Iterable[str]) -> list[Told]:
    """What those of `patients` that are in force say."""
    return [one for each in patients for given in consents.get(each, ()) if (one := told(given, each))]


def hidden(consents: Iterable[Told], reader: Reader, *, open: bool = True) -> Filter | None:
    """The filter of what is hidden from `reader`, if anything.

    `open` is what holds where no Consent speaks: True shows, False hides.
    """
    heard = speaking(consents, reader)
    denied = ending(heard, reader, "deny")
    return either(denied if open else [*denied, all_but(ending(heard, reader, "permit"))])


def outright(consents: Iterable[Told], reader: Reader) -> bool:
    """Has the resident denied this reader everything?"""
    return any(
        each.base == "deny" and not narrows(each.root) and not exceptions(each.root, each.base, reader)
        for each in speaking(consents, reader)
    )


def cleared(consents: Iterable[Told], reader: Reader) -> Iterator[Cleared]:
    """What the resident has opened to this reader by the names of labels: these, and of what."""
    for each in speaking(consents, reader):
        if each.base == "permit":
            yield from clearing(each.root, ending([each], reader, "permit"))
        else:
            for exception in exceptions(each.root, each.base, reader):
                yield from clearing(exception, [within(each.root, exception)])


def clearing(provision: Mapping[str, Any], opened: Iterable[Filter]) -> Iterator[Cleared]:
    """The labels that a provision names, with each filter of what it opens."""
    named = provision.get("securityLabel", ())
    found = frozenset((str(each.get("system", "")), str(each.get("code", ""))) for each in named)
    if found:
        yield from ((found, filter) for filter in opened)


def within(root: Mapping[str, Any], exception: Mapping[str, Any]) -> Filter:
    """What an exception that permits speaks of."""
    return together([*narrows(root, certain=True), *narrows(exception, certain=True)])


def speaking(consents: Iterable[Told], reader: Reader) -> list[Told]:
    """Those that speak of `reader`; of several about the same actors and purposes the newest."""
    return newest(each for each in consents if matches(each.root, reader))


def newest(consents: Iterable[Told]) -> list[Told]:
    """Of several about the same actors and purposes the newest."""
    found = {each.about: each for each in sorted(consents, key=lambda told: instant(told.given))}
    return list(found.values())


def instant(text: str) -> datetime:
    """The first moment of a FHIR date; now for what is none."""
    range = interval(text)
    return clock.now() if range is None else moment(range[0])


def exceptions(provision: Mapping[str, Any], type: str, reader: Reader) -> list[Mapping[str, Any]]:
    """The exceptions to a provision of `type` that speak of `reader`: those that turn it over."""
    turned = _OPPOSITE[type]
    nested = (each for each in provision.get("provision", ()) if each.get("type", turned) == turned)
    return [each for each in nested if matches(each, reader)]


def ending(consents: Iterable[Told], reader: Reader, wanted: str) -> list[Filter]:
    """For each Consent the filter of what ends in `wanted`, if anything does."""
    found = (_where(each.root, each.base, reader, wanted) for each in consents)
    return [each for each in found if each is not None]


def _where(provision: Mapping[str, Any], type: str, reader: Reader, wanted: str) -> Filter | None:
    """Where a provision of `type` ends in `wanted`; None for nowhere."""
    here, turned = narrows(provision, certain=type == "permit"), _OPPOSITE[type]
    nested = (_where(each, turned, reader, turned) for each in exceptions(provision, type, reader))
    parts = [each for each in nested if each is not None]
    if type == wanted:
        return together([*here, {"$nor": parts}] if parts else here)
    any = either(parts)
    return None if any is None else together([*here, any])


def together(parts: Sequence[Filter]) -> Filter:
    """What meets all of `parts`."""
    return parts[0] if len(parts) == 1 else {"$and": list(parts)} if parts else {}


def all_but(permitted: Sequence[Filter]) -> Filter:
    """All that none of `permitted` speaks of, and not whose file it is; everything where nothing is."""
    return {"$nor": [*permitted, _HEAD] if permitted else [NOTHING]}


def either(parts: Sequence[Filter]) -> Filter | None:
    """What meets any of `parts`; None where there is none."""
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {"$or": list(parts)}

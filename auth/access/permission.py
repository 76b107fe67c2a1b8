"""Permission: what a Consent permits to a house or a doctor by name, and what that opens of a closed file.

Design, section 4; security-and-scale.md, line 10; ADR 8. A file is closed to whom no visit, referral or
contract opens it. Of that he sees what a provision that names him permits and nothing else, for twelve months
at most.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from auth import moment as clock
from auth.access.consent import Cleared, Told, all_but, clearing, either, ending, instant, speaking, within
from auth.access.provision import Reader, matches
from fhir.access import Filter
from fhir.search.types.interval import interval, moment

_NAMED = ("Organization/", "Practitioner/")


class Permission(NamedTuple):
    """A provision that permits something `to` somebody, and from when until when."""

    provision: Mapping[str, Any]
    to: frozenset[str]
    since: datetime
    until: datetime


def permissions(told: Told) -> Iterator[Permission]:
    """The provisions of a Consent that permit and name a house or doctor themselves."""
    nested = (each for each in told.root.get("provision", ()) if each.get("type", "permit") == "permit")
    for provision in [told.root] if told.base == "permit" else nested:
        actors = (str((each.get("reference") or {}).get("reference")) for each in provision.get("actor", ()))
        to = frozenset(each for each in actors if each.startswith(_NAMED))
        if to:
            yield Permission(provision, to, *_span(told, provision))


def _span(told: Told, provision: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Within its own period and that of the Consent, twelve months at most."""
    periods = [each.get("period") or {} for each in (told.root, provision)]
    since = max(instant(str(period.get("start") or told.given)) for period in periods)
    ends = (interval(str(period.get("end") or "")) for period in periods)
    return since, min([clock.a_year_after(since), *(moment(end[1]) for end in ends if end)])


def unopened(consents: Iterable[Told], reader: Reader) -> Filter | None:
    """The filter of what is hidden of a closed file: what is denied, and all that no permission opens."""
    heard = speaking(consents, reader)
    given = [filter for each in heard for _, filter in _opened(each, reader)]
    return either([*ending(heard, reader, "deny"), all_but(given)])


def cleared(consents: Iterable[Told], reader: Reader) -> Iterator[Cleared]:
    """The labels that permissions in force open by name in a closed file, and of what."""
    for each in speaking(consents, reader):
        for provision, filter in _opened(each, reader):
            yield from clearing(provision, [filter])


def _opened(told: Told, reader: Reader) -> Iterator[tuple[Mapping[str, Any], Filter]]:
    at = reader.at or clock.now()
    for one in permissions(told):
        if one.since <= at < one.until and not one.to.isdisjoint(reader.names):
            if one.provision is told.root:
                yield from ((told.root, each) for each in ending([told], reader, "permit"))
            elif matches(one.provision, reader):
                yield one.provision, within(told.root, one.provision)

"""Preconditions: If-Match, If-None-Match and If-Modified-Since of a request or of a Bundle entry.

FHIR R4 3.1.0.1.10 (http.html#concurrency), 3.1.0.1.6 (#cread) and RFC 9110 section 13. ETags are version
numbers.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from fhir.outcome import Fault, Refusal
from fhir.resource import VERSION
from fhir.store import Stored


@dataclass(frozen=True, slots=True)
class Preconditions:
    """`expected` is what If-Match names, `held` what If-None-Match names; `*` is any. `since` is a moment."""

    expected: frozenset[str] | None = None
    held: frozenset[str] = frozenset()
    since: datetime | None = None

    def unchanged(self, stored: Stored) -> bool:
        """Does the reader hold this version already (304)? A moment counts only where no version is named."""
        if self.held:
            return "*" in self.held or str(stored.version) in self.held
        return self.since is not None and stored.updated.replace(microsecond=0) <= self.since

    def check(self, current: Stored | None) -> None:
        """Refuse (412) a write that was meant for another state than the current one."""
        there = current is not None and not current.deleted
        if self.expected is not None and not self._meets(current, there):
            raise Refusal(Fault.STALE, "the current version is not the one that If-Match names")
        if current is None or not there:
            return
        if "*" in self.held or str(current.version) in self.held:
            raise Refusal(Fault.STALE, "the resource exists, and If-None-Match rules that out")

    def _meets(self, current: Stored | None, there: bool) -> bool:
        expected = self.expected or ()
        return ("*" in expected and there) or (current is not None and str(current.version) in expected)


NONE = Preconditions()


def preconditions(
    if_match: str | None = None, if_none_match: str | None = None, since: datetime | None = None
) -> Preconditions:
    """What the header values say."""
    expected = None if if_match is None else _versions(if_match)
    if expected is not None and not all(each == "*" or VERSION.fullmatch(each) for each in expected or [""]):
        raise Refusal(Fault.STALE, "If-Match names no version of this resource")
    return Preconditions(expected, _versions(if_none_match or ""), since)


def http_date(text: str | None) -> datetime | None:
    """The moment of an If-Modified-Since header; one that can't be read counts as none (RFC 9110 13.1.3)."""
    try:
        moment = parsedate_to_datetime(text) if text else None
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _versions(tags: str) -> frozenset[str]:
    """The versions in a list of ETags such as `W/"3", W/"4"`."""
    return frozenset(each.strip().removeprefix("W/").strip('"') for each in tags.split(",") if each.strip())

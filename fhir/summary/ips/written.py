"""Dates, sources and remarks as a document writes them, in both languages."""

from fhir.summary.moment import Moment, Precision
from fhir.summary.source import Origin
from fhir.summary.wording import Wording

_LENGTHS = {Precision.YEAR: 4, Precision.MONTH: 7}
UNKNOWN = Wording("来源不明", "source unknown")
UNNAMED = Wording("未写明", "not named")


def day(when: Moment | None) -> str:
    """A date as precise as it is known: `2026-11-27`, `2026`; "" where there is none."""
    return when.day.isoformat()[: _LENGTHS.get(when.precision, 10)] if when else ""


def source(origin: Origin) -> Wording:
    """The institution and the date of a line."""
    when = day(origin.when)
    house = Wording(origin.organization) if origin.organization else UNKNOWN
    return Wording(f"{house} {when}".strip(), f"{house.english} {when}".strip())


def flagged(*remarks: Wording | tuple[Wording, bool]) -> Wording:
    """Those remarks that hold, as one cell."""
    told = [each if isinstance(each, tuple) else (each, True) for each in remarks]
    held = [remark for remark, holds in told if remark and holds]
    return Wording("，".join(held), ", ".join(each.english for each in held))

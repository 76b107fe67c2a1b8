"""Lines of one institution and day say where they come from once."""

from dataclasses import dataclass

from fhir.summary.moment import moment
from fhir.summary.source import Origin
from services.portal.runs import runs


@dataclass
class Said:
    name: str
    origin: Origin


def said(name: str, house: str | None, day: str | None) -> Said:
    return Said(name, Origin(house, moment(day)))


def names(lines: list[Said]) -> list[tuple[bool, str]]:
    return [(run.origin is not None, "".join(line.name for line in run.lines)) for run in runs(lines)]


def test_lines_of_one_house_and_day_are_one_run() -> None:
    lines = [
        said("a", "HTEST A", "2026-11-26T08:00:00+08:00"),
        said("b", "HTEST A", "2026-11-26T09:30:00+08:00"),
    ]
    (run,) = runs(lines)
    assert run.origin == lines[0].origin
    assert run.lines == lines


def test_lines_that_stand_alone_say_it_themselves_in_their_order() -> None:
    day, before = "2026-11-26", "2026-11-25"
    alone = [said("a", "HTEST A", day), said("b", "HTEST B", day), said("c", "HTEST A", day)]
    together = [said("d", "HTEST A", before), said("e", "HTEST A", before)]
    lines = [*alone, *together, said("f", None, None)]
    assert names(lines) == [(False, "abc"), (True, "de"), (False, "f")]


def test_a_month_is_not_a_day_of_it() -> None:
    assert names([said("a", "HTEST A", "2026-11"), said("b", "HTEST A", "2026-11-01")]) == [(False, "ab")]


def test_nothing_has_no_runs() -> None:
    assert runs([]) == []

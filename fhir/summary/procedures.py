"""Procedure: operations and other procedures that were done, the newest first.

FHIR R4 Procedure; what was only planned, or was not done, is no history.
"""

from dataclasses import dataclass, field
from typing import Any

from fhir.resource import Resource
from fhir.summary.aspect import keys_with_aspect
from fhir.summary.coding import ICD9_CM3, code_of, text_of
from fhir.summary.controlled import operated
from fhir.summary.file import HealthFile
from fhir.summary.grouping import grouped
from fhir.summary.moment import Moment, first_moment, stamp
from fhir.summary.source import Origin, Sources
from fhir.summary.wording import Wording, named


@dataclass(frozen=True, slots=True)
class Procedure:
    """What was done, with what outcome, when, by whom."""

    name: Wording
    outcome: str
    origins: tuple[Origin, ...]
    originals: tuple[Resource, ...] = field(default=(), compare=False, repr=False)


def procedures(file: HealthFile) -> list[Procedure]:
    """All procedures; the same one on the same day from several sources is one line."""
    sources = file.sources
    lines = [_line(group, sources) for group in grouped(file.holding("Procedure"), _keys)]
    return sorted(lines, key=lambda line: stamp(line.origins[0].when), reverse=True)


def name_of(*concepts: Any) -> Wording:
    """What a procedure is called, from what one or several sources call it."""
    codes = (code_of(each, ICD9_CM3) for each in concepts)
    return operated(named(*concepts), next(filter(None, codes), None))


def _keys(procedure: Resource) -> set[str]:
    when = _when(procedure)
    names = keys_with_aspect(procedure.get("code"))
    return {f"{name}|{when.day}" for name in names} if when and names else {f"lone|{id(procedure)}"}


def _line(group: list[Resource], sources: Sources) -> Procedure:
    return Procedure(
        name_of(*(each.get("code") for each in group)),
        next(filter(None, (text_of(each.get("outcome")) for each in group)), ""),
        tuple(dict.fromkeys(sources.origin(each, _when(each)) for each in group)),
        tuple(group),
    )


def _when(procedure: Resource) -> Moment | None:
    return first_moment(procedure.get("performedDateTime"), procedure.get("performedPeriod"))

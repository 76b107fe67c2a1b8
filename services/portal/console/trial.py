"""Trial: what a corrected message would become, found out without keeping it (checklist 38 and 63)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.inbox import Arrival
from services.portal.console.message import Finding, finding, places
from services.portal.console.reasons import Advice, advice
from services.portal.console.visible import visible

Rehearse = Callable[[str, bytes, str], Awaitable[dict[str, Any]]]
"""What `services.rehearsing` does: the web process hands it to the pages."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The findings of the door; the differences by resource, or the reason and places why there are none."""

    findings: list[Finding]
    changes: list[tuple[str, list[str]]]
    unmapped: list[str]
    warnings: list[str]
    advice: Advice | None
    places: list[str]

    @property
    def patients(self) -> list[str]:
        """The Patients that it is about."""
        return [reference for reference, _ in self.changes if reference.startswith("Patient/")]


async def trial(rehearse: Rehearse, correction: Arrival) -> Trial:
    """Try a correction."""
    told = await rehearse(correction.source, correction.raw, correction.arrived)
    reason = told.get("reason")
    return Trial(
        findings=findings(correction.findings),
        changes=[(name, [*map(visible, lines)]) for name, lines in told.get("changes", {}).items()],
        unmapped=told.get("unmapped", []),
        warnings=told.get("warnings", []),
        advice=advice(reason["text"]) if reason else None,
        places=places(reason),
    )


def findings(found: Sequence[Any]) -> list[Finding]:
    """Findings as the page shows them."""
    return [finding(one) for one in found]

"""What the pages of the workbench show: a code that waits, one that is being run again, a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fhir.resource import Resource
from services.mapping import Target, mapped_messages, mapped_to
from services.portal.codes.suggestions import Suggestion
from services.portal.console.visible import visible
from services.unmapped_codes import Counts, Waiting, place


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a source; `beyond` stands for all codes of a source that are too many."""

    id: str
    source: str
    code: str
    system: str
    place: str
    messages: int
    held: int
    texts: Sequence[str] = ()
    best: Suggestion | None = None
    target: Target | None = None
    before: int = 0

    @property
    def done(self) -> int:
        """How many of the messages that waited were run again."""
        return max(self.before - self.messages, 0)


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of the history of a code."""

    by: str
    at: datetime
    text: str


def code(task: Waiting, counts: Counts, texts: Sequence[str] = (), best: Suggestion | None = None) -> Code:
    """A code as it is listed."""
    return Code(
        task.id,
        task.source,
        visible(task.code.code),
        visible(task.code.system),
        place(task.resource),
        counts.messages,
        counts.held,
        texts,
        best,
        mapped_to(task.resource),
        mapped_messages(task.resource),
    )


def deeds(task: Resource) -> list[Deed]:
    """Who did what, the newest first."""
    notes = task.get("note", ())
    return [
        Deed(each.get("authorString", ""), datetime.fromisoformat(each["time"]), each["text"])
        for each in reversed(notes)
    ]


def of_source(tasks: Sequence[Waiting]) -> list[tuple[str, int]]:
    """The sources with how many codes of each wait, those with most first."""
    counted: dict[str, int] = {}
    for task in tasks:
        counted[task.source] = counted.get(task.source, 0) + 1
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))

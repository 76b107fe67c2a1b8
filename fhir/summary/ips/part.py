"""Composition.section: a heading of the summary and the lines below it.

IPS 2.0 Composition-uv-ips, section slices. A section without lines says why: "none known" only where a source
has said so, "withheld" only where the authorization of the reader covers none of its types, whoever the
resident is.
"""

from dataclasses import dataclass, field
from enum import Enum

from fhir.resource import Resource
from fhir.summary.source import Origin
from fhir.summary.terms import Words
from fhir.summary.wording import Wording

_NO_DATA = Words("没有记录。", "No information.")


class Need(Enum):
    """Whether a summary must, should or may have a section."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


class Absence(Enum):
    """Why a section has no lines."""

    NONE_KNOWN = "nilknown"
    NO_DATA = "unavailable"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Heading:
    """A section as such: LOINC code and display, title, the columns of its table, the types it is made of."""

    loinc: str
    display: str
    title: Words
    columns: tuple[Words, ...]
    types: tuple[str, ...]
    need: Need = Need.OPTIONAL
    none_known: Words | None = None
    no_data: Words = _NO_DATA
    note: Words | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a cell for each column, the sources, the resources that it is made of."""

    cells: tuple[Wording, ...]
    origins: tuple[Origin, ...]
    originals: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A section of one person; `denials` are the resources that say that there is nothing."""

    heading: Heading
    lines: list[Line] = field(default_factory=list)
    denied: list[Origin] = field(default_factory=list)
    denials: list[Resource] = field(default_factory=list)
    withheld: tuple[str, ...] = ()
    """Those of the types that the authorization of the reader does not cover."""

    @property
    def absence(self) -> Absence | None:
        """Why there are no lines; None where there are."""
        if self.lines:
            return None
        if self.denied:
            return Absence.NONE_KNOWN
        return Absence.WITHHELD if set(self.withheld) == set(self.heading.types) else Absence.NO_DATA

    @property
    def entries(self) -> list[Resource]:
        """The resources of the section, each once."""
        chosen = [each for line in self.lines for each in line.originals] or self.denials
        return list({id(each): each for each in chosen}.values())


def cell(text: str | None) -> Wording:
    """A text as a cell."""
    return text if isinstance(text, Wording) else Wording(text or "")

"""Source: a feed of one hospital system, and what its messages mean where they are silent.

HL7 v2 MSH-3 and MSH-4 name it; the registry of sources gives it a code. Its `authority` is the assigning
authority of every number that a message sends without one of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

from adapters.v2_to_fhir.concept_map import NO_CONCEPTS, Concepts

if TYPE_CHECKING:
    from adapters.v2_to_fhir.overlay import Overlay

SENDERS = "urn:furong:source"
"""The system of the codes by which sources are registered (MSH-4), where one names another house."""
_NONE: Mapping[str, str] = MappingProxyType({})
_NO_TABLES: Mapping[str, Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Source:
    """One registered source.

    `authorities`: assigning authorities (CX.4, HD.1) that are registered, name -> URI.
    `systems`: its names of code systems (CWE.3) -> URI.
    `tables`: its own codes over the shipped tables, table -> code -> code of the shipped table.
    `overlay`: what is said of its messages over the shipped maps, where something is.
    `concepts`: what its ConceptMaps say.
    """

    code: str
    organization: str
    timezone: str = "Asia/Shanghai"
    charset: str = "GB18030"
    authority: str = ""
    authorities: Mapping[str, str] = field(default_factory=lambda: _NONE)
    systems: Mapping[str, str] = field(default_factory=lambda: _NONE)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NO_TABLES)
    overlay: "Overlay | None" = None
    concepts: Concepts = NO_CONCEPTS

    @property
    def urn(self) -> str:
        """The assigning authority of numbers and codes that name no other."""
        return self.authority or f"urn:furong:source:{quote(self.code, safe='')}"

    def local(self, *parts: str) -> str:
        """A system of this source's own: `urn:furong:source:<code>:<kind>`."""
        return ":".join([self.urn, *(quote(part, safe="") for part in parts if part)])

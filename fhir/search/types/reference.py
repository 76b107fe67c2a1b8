"""Reference parameters: by literal reference, by canonical URL, by the identifier of what is referred to.

FHIR R4 3.1.1.4.12 (search.html#reference). An id alone is looked for among all types that may stand there.
A person is a set of linked Patients, so a condition on one Patient holds for all Patients of that person.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fhir.outcome import Fault, Refusal
from fhir.search import refused
from fhir.search.condition import Condition, Filter, HasToken, Linked, Resolver
from fhir.search.entries import Emit, Entries, Keyed
from fhir.search.registry import SearchParameter, decides_owner
from fhir.search.types.token import identifier, terms_of_identifier
from fhir.search.types.uri import uri
from fhir.search.value import plain
from fhir.search.walker import Location

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_LITERAL = re.compile(rf"([A-Z][A-Za-z]+)/({_ID.pattern})(?:/_history/{_ID.pattern})?")
_ABSOLUTE = re.compile(
    rf"[a-z][a-z0-9+.\-]*://\S+/([A-Z][A-Za-z]+)/{_ID.pattern}(?:/_history/{_ID.pattern})?"
)
_PATIENT = "Patient/"
MOST_REFERENCES = 10_000


def literal(value: Any) -> str | None:
    """The relative reference `Type/id` that a Reference holds, without a version; None for any other kind."""
    reference = value.get("reference") if isinstance(value, dict) else None
    match = _LITERAL.fullmatch(reference) if isinstance(reference, str) else None
    return f"{match[1]}/{match[2]}" if match else None


def patient(value: Any) -> str | None:
    """The same, of a Patient only."""
    found = literal(value)
    return found if found is not None and found.startswith(_PATIENT) else None


def emitter(parameter: SearchParameter, location: Location) -> Emit | None:
    """How values of a location are indexed; None where its type refers to nothing."""
    key = parameter.key
    if location.type == "Reference":
        return _referring(key, location.resolves)
    if location.type == "Resource":
        return _inline(key, parameter.targets)
    return (
        (lambda value, entries: uri(key, value, entries)) if location.type in ("canonical", "uri") else None
    )


def _referring(key: str, wanted: str | None) -> Emit:
    def emit(value: Any, entries: Entries) -> None:
        if not isinstance(value, dict):
            return
        reference = literal(value) or _foreign(value.get("reference"))
        if wanted is not None and _type_of(value, reference) != wanted:
            return
        entries.tokens.append(f"{key}|{reference or ''}")
        if "identifier" in value:
            identifier(f"{key}:identifier", value["identifier"], entries)

    return emit


def _foreign(reference: Any) -> str | None:
    """An absolute reference; a fragment or a query (it may hold an identity number) is not for the index."""
    whole = isinstance(reference, str) and ":" in reference and reference[0] != "#" and "?" not in reference
    return str(reference) if whole else None


def _type_of(value: dict[str, Any], reference: str | None) -> Any:
    """The type that a reference points at, as far as its own text says."""
    if reference is None:
        return value.get("type")
    match = _LITERAL.fullmatch(reference) or _ABSOLUTE.fullmatch(reference)
    return match[1] if match else value.get("type")


def _inline(key: str, targets: frozenset[str]) -> Emit:
    def emit(value: Any, entries: Entries) -> None:
        type = value.get("resourceType") if isinstance(value, dict) else None
        if type in targets:
            id = value.get("id")
            entries.tokens.append(f"{key}|{type}/{id}" if isinstance(id, str) else f"{key}|")

    return emit


@dataclass(frozen=True, slots=True)
class RefersTo:
    """The resource refers to one of these (relative references, absolute URLs, canonicals)."""

    key: str
    references: tuple[str, ...]
    owner: bool

    @property
    def patients(self) -> frozenset[str]:
        """The Patients among them."""
        return frozenset(each for each in self.references if each.startswith(_PATIENT))

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """The tokens, and the owners where the reference decides them (the index on owner and token)."""
        wider = list(dict.fromkeys(each for one in self.references for each in (one, *linked.get(one, ()))))
        tokens = [f"{self.key}|{each}" for each in wider]
        found: Filter = {"tokens": tokens[0] if len(tokens) == 1 else {"$in": tokens}}
        return {"owner": {"$in": wider}} | found if self.owner else found


@dataclass(frozen=True, slots=True)
class Untyped:
    """`wanted`, of which each of `ids` is of any of several types: refused where more than one is there."""

    name: str
    wanted: RefersTo
    ids: tuple[tuple[str, ...], ...]

    @property
    def patients(self) -> frozenset[str]:
        """The Patients among them."""
        return self.wanted.patients

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """That of `wanted`."""
        return self.wanted.filter(keyed, linked)

    async def resolve(self, resolver: Resolver) -> Condition:
        """The references; a Refusal where an id leads the reader to resources of different types."""
        there = await resolver.existing([each for candidates in self.ids for each in candidates])
        if any(len(there.intersection(candidates)) > 1 for candidates in self.ids):
            text = "resources of different types have the id: say Type/id"
            raise refused.malformed(self.name, text)
        return self.wanted


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives, without the server's own base."""
    name = parameter.code
    if modifier == "identifier":
        key = f"{parameter.key}:identifier"
        return HasToken(tuple(term for value in values for term in terms_of_identifier(key, name, value)))
    if modifier and modifier not in parameter.targets:
        raise refused.modifier(name, modifier)
    texts = [plain(value).strip() for value in values]
    found = tuple(each for text in texts for each in references(parameter, modifier, text))
    if len(found) > MOST_REFERENCES:
        raise Refusal(Fault.TOO_COSTLY, f"search parameter {name!r}: too many references; say Type/id")
    decides = decides_owner(parameter.base, name) and all(each.startswith(_PATIENT) for each in found)
    wanted = RefersTo(parameter.key, found, decides)
    bare = dict.fromkeys(text for text in texts if _ID.fullmatch(text)) if not modifier else {}
    ids = tuple(tuple(f"{type}/{text}" for type in _likely(parameter)) for text in bare)
    return Untyped(name, wanted, ids) if ids and len(ids[0]) > 1 else wanted


def references(parameter: SearchParameter, type: str, text: str) -> Iterator[str]:
    """The references that a value stands for: `id` alone is tried with every type that may stand there."""
    match = _LITERAL.fullmatch(text)
    if match is not None:
        if match[1] not in parameter.targets or (type and type != match[1]):
            raise refused.malformed(parameter.code, "the reference is of a type that cannot stand here")
        yield f"{match[1]}/{match[2]}"
    elif _ID.fullmatch(text):
        for target in (type,) if type else _likely(parameter):
            yield f"{target}/{text}"
        if parameter.canonical:
            yield text
    elif ":" in text and not any(character.isspace() for character in text):
        yield text
    else:
        raise refused.malformed(parameter.code, "a reference is written id, Type/id or as an absolute URL")


def _likely(parameter: SearchParameter) -> list[str]:
    return ["Patient"] if parameter.code == "patient" else sorted(parameter.targets)

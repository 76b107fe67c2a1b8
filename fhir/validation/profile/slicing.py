"""ElementDefinition.slicing: the values of an element told apart, counted and checked slice by slice.

FHIR R4 profiling.html 5.1.0.13. A value whose slice can't be known (a reference that leads elsewhere) belongs
to none, and no slice is then said to be missing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fhir.validation.finding import Finding, below, fault
from fhir.validation.profile.discriminator import errors_against, matcher
from fhir.validation.profile.item import Check, Item, Scope
from fhir.validation.profile.snapshot import Node


class Slice:
    """One slice: how its values are recognised, how many there may be, and what each must meet."""

    def __init__(
        self,
        node: Node,
        slicing: Mapping[str, Any],
        check: Check,
        least: int,
        most: int | None,
        inner: "Slicing | None",
    ) -> None:
        self.name = node.slice_name or ""
        self.check, self.least, self.most, self.inner = check, least, most, inner
        self._match = matcher(node, slicing.get("discriminator", ()))

    def has(self, item: Item, scope: Scope) -> bool | None:
        """Whether a value belongs to the slice; without a discriminator, whether it meets its rules."""
        if self._match is None:
            return not errors_against(self.check, item, scope)
        return self._match(item, scope)


class Slicing:
    """The slices of one element."""

    def __init__(self, definition: Mapping[str, Any], slices: Sequence[Slice]) -> None:
        self.rules = definition.get("rules", "open")
        self.ordered = bool(definition.get("ordered"))
        self.slices = slices

    def check(self, name: str, found: Sequence[Item], scope: Scope) -> list[Finding]:
        """What is wrong with the values `found` of the element `name`."""
        places = [self._place(item, scope) for item in found]
        unsure = any(place is None for place in places)
        faults = self._arranged(places, found)
        for index, slice in enumerate(self.slices):
            own = [item for item, place in zip(found, places, strict=True) if place == index]
            faults += _counted(name, slice, len(own), unsure)
            for item in own:
                faults += below(item.path, slice.check(item, scope))
            faults += slice.inner.check(name, own, scope) if slice.inner else []
        return faults

    def _place(self, item: Item, scope: Scope) -> int | None:
        """The index of the slice that a value belongs to; -1: of none; None: it can't be known."""
        unsure = False
        for index, slice in enumerate(self.slices):
            said = slice.has(item, scope)
            if said:
                return index
            unsure = unsure or said is None
        return None if unsure else -1

    def _arranged(self, places: Sequence[int | None], found: Sequence[Item]) -> list[Finding]:
        """Closed: no value of no slice; at the end: those come last; ordered: as the slices stand."""
        faults: list[Finding] = []
        last, beyond = -1, False
        for place, item in zip(places, found, strict=True):
            if place is None:
                continue
            if place == -1:
                beyond = True
                if self.rules == "closed":
                    faults += fault("structure", "only values of the slices are allowed here", item.path)
                continue
            if beyond and self.rules == "openAtEnd":
                faults += fault("structure", "what belongs to no slice comes at the end", item.path)
            if self.ordered and place < last:
                faults += fault("structure", "the values do not stand in the order of the slices", item.path)
            last = max(last, place)
        return faults


def _counted(name: str, slice: Slice, count: int, unsure: bool) -> list[Finding]:
    if count < slice.least and not unsure:
        text = f"the slice {slice.name} of {name} needs at least {slice.least} of them"
        return fault("required", text, f".{name}")
    if slice.most is not None and count > slice.most:
        text = f"the slice {slice.name} of {name} allows at most {slice.most} of them"
        return fault("structure", text, f".{name}")
    return []

"""Assembly: resources in the making, in the segment groups where they belong.

HL7 v2 chapter 2.12 (message structures), read tolerantly: unknown and Z segments never close a group, a group
whose first segment is missing opens by itself, a repeated first segment begins the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional

from adapters.hl7v2.message import Message
from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import annotation
from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.message_map import Group, MessageMap, Target
from adapters.v2_to_fhir.segment_map import SegmentMap


@dataclass(slots=True, eq=False)
class Assembly:
    """One resource in the making: its draft and the segments that told of it."""

    draft: Draft
    scope: "Scope"
    segments: list[Segment]

    @property
    def type(self) -> str:
        """The resource type."""
        return self.draft.type

    def segment(self, name: str) -> Segment | None:
        """The first segment of that name that told of it."""
        return next((one for one in self.segments if one.name == name), None)

    @property
    def first(self) -> Segment:
        """The segment that began it."""
        return self.segments[0]


@dataclass(slots=True, eq=False)
class Scope:
    """One instance of a segment group, with what it holds."""

    group: Group
    parent: Optional["Scope"] = None
    assemblies: dict[str, list[Assembly]] = field(default_factory=dict)
    seen: list[Segment] = field(default_factory=list)
    inner: list["Scope"] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.parent:
            self.parent.inner.append(self)

    def one(self, type: str) -> Assembly | None:
        """The nearest resource of a type, in this group or around it."""
        scope: Scope | None = self
        while scope:
            if type in scope.assemblies:
                return scope.assemblies[type][0]
            scope = scope.parent
        return None

    def near(self, type: str) -> list[Assembly]:
        """The resources of a type in this group and in those around it, the nearest first."""
        return [*self.all(type), *(self.parent.near(type) if self.parent else ())]

    def within(self, type: str) -> list[Assembly]:
        """The resources of a type in this group and in those inside."""
        return [*self.all(type), *(one for scope in self.inner for one in scope.within(type))]

    def all(self, type: str) -> list[Assembly]:
        """The resources of a type directly in this group."""
        return self.assemblies.get(type, [])


class Walk:
    """The way through one message, segment by segment."""

    def __init__(self, map: MessageMap, context: Context) -> None:
        self.context = context
        self.path = [Scope(map.group)]
        self.assemblies: list[Assembly] = []
        self.commented: Assembly | None = None

    def through(self, message: Message) -> list[Assembly]:
        """Everything that the segments make, in their order."""
        for segment in message.segments:
            scope = self._scope(segment.name)
            if scope is None:
                self._add(segment)
            elif segment.name == "NTE" and "NTE" not in scope.group.rows:
                self._comment(segment)
            else:
                scope.seen.append(segment)
                self._fill(segment, scope)
        return self.assemblies

    def _scope(self, name: str) -> Scope | None:
        """The instance of a group where a segment belongs; opened if need be, None when it has no map."""
        for depth in range(len(self.path) - 1, -1, -1):
            scope = self.path[depth]
            if scope.group.holds(name):
                return self._begun(name, depth)
            way = _way(scope.group, name)
            if way:
                del self.path[depth + 1 :]
                for group in way:
                    self.path.append(Scope(group, self.path[-1]))
                return self.path[-1]
        return None

    def _begun(self, name: str, depth: int) -> Scope:
        """The open instance, or the next one when `name` begins it anew."""
        scope = self.path[depth]
        if name in scope.group.begins and scope.seen and not _joins(name, scope):
            del self.path[depth:]
            self.path.append(Scope(scope.group, scope.parent))
        return self.path[depth]

    def _fill(self, segment: Segment, scope: Scope) -> None:
        targets = scope.group.rows.get(segment.name, ())
        self.commented = None
        for target in targets:
            assembly = self._assembly(target, segment, scope)
            if any(one.name == segment.name for one in assembly.segments if one is not segment):
                self.context.leave(self.context.at(segment))
                continue
            self._map(target).apply(segment, assembly.draft, self.context)
            if self.commented is None and assembly.type in annotation.ELEMENTS:
                self.commented = assembly
        self._leave_fields(segment, [self._map(target) for target in targets])

    def _map(self, target: Target) -> SegmentMap:
        overlay = self.context.source.overlay
        return target.map if overlay is None else overlay.map(target.map)

    def _add(self, segment: Segment) -> None:
        """A segment without a shipped map: the source's overlay may read it into the nearest resource."""
        overlay = self.context.source.overlay
        maps = () if overlay is None else overlay.added.get(segment.name, ())
        found = [(each, near[0]) for each in maps if (near := self.path[-1].near(each.resource))]
        for map, assembly in found:
            map.apply(segment, assembly.draft, self.context)
            assembly.segments.append(segment)
        if found:
            self._leave_fields(segment, [map for map, _ in found])
        else:
            self._leave_all(segment)

    def _assembly(self, target: Target, segment: Segment, scope: Scope) -> Assembly:
        type_ = target.map.resource
        held = scope.assemblies.setdefault(type_, [])
        if held and not target.each:
            held[0].segments.append(segment)
            return held[0]
        assembly = Assembly(Draft(type_), scope, [segment])
        held.append(assembly)
        self.assemblies.append(assembly)
        return assembly

    def _comment(self, segment: Segment) -> None:
        self.context.place = self.context.at(segment, "3")
        if self.commented is None or not annotation.annotate(self.commented.draft, segment, self.context):
            self._leave_all(segment)
        else:
            self.context.represented.add(segment.index)

    def _leave_fields(self, segment: Segment, maps: Sequence[SegmentMap]) -> None:
        """List the fields that no map of this segment reads."""
        for position, field_ in enumerate(segment, start=1):
            if field_.raw and not any(position in map.fields for map in maps) and field_:
                self.context.leave(self.context.at(segment, str(position)))

    def _leave_all(self, segment: Segment) -> None:
        listed = False
        for position, field_ in enumerate(segment.fields, start=1):
            if field_:
                self.context.leave(self.context.at(segment, str(position)))
                listed = True
        if not listed:
            self.context.leave(self.context.at(segment))


def _joins(name: str, scope: Scope) -> bool:
    """Whether a beginning segment goes on with the open group: an OBR after its ORC does."""
    begins = scope.group.begins
    place = begins.index(name)
    seen = {segment.name for segment in scope.seen}
    goes_on = bool(seen & set(begins[:place])) and not seen & set(begins[place:])
    return goes_on or (name == "OBR" and seen == {"ORC"})


def _way(group: Group, name: str) -> list[Group]:
    """The groups to open, from the outermost, to come where a segment belongs."""
    for inner in group.groups:
        if inner.holds(name):
            return [inner]
        further = _way(inner, name)
        if further:
            return [inner, *further]
    return []

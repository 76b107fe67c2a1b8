"""Encounter: the state of a visit as a fold over its trigger events.

HL7 v2 chapter 3 (ADT) and hl7v2.md, checklist 36 and 45. Every event of a visit is remembered beside the
Encounter, with its time; the state is computed from all of them, sorted by time, at every change. So the
order of delivery does not matter, a cancel may come before what it cancels, and it undoes exactly that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

Json = dict[str, Any]

CANCELS: Mapping[str, tuple[str, ...]] = {
    "A11": ("A01", "A04"),
    "A12": ("A02",),
    "A13": ("A03",),
    "A25": ("A16",),
    "A26": ("A15",),
    "A27": ("A14",),
    "A32": ("A10",),
    "A33": ("A09",),
    "A38": ("A05", "A14"),
    "A52": ("A21",),
    "A53": ("A22",),
    "A55": ("A54",),
    "A62": ("A61",),
}
"""Which events a cancel event undoes; always one of them."""

WITHDRAWALS = frozenset(("A11", "A27", "A38"))
ADMITS = frozenset(("A01", "A04", "A06", "A07"))
PLANS = frozenset(("A05", "A14"))
MOVES = frozenset(("A02", "A09", "A10", "A17"))
_BEDSIDE = frozenset(("E", "I", "EMER", "IMP"))


@dataclass(frozen=True, slots=True)
class Event:
    """One trigger event as far as the visit goes.

    `time`: when it happened (EVN-6, EVN-2, MSH-7), UTC, sortable; of a cancel: when it was recorded.
    `occurred`: of a cancel, when the cancelled event happened (EVN-6), if it says so.
    `moment`, `start`, `end`: FHIR dateTimes of the event, the admission (PV1-44) and the discharge (PV1-45).
    `patient_class`: PV1-2, translated where known; `coding`: Encounter.class; `location` and
    `prior`: the references of PV1-3 and PV1-6; `vacated`: PV1-3 is `""`, the patient has no bed; `unsaid`:
    the names of what stood in PV1-44 (`start`) or PV1-45 (`end`) until this event has `""` there.
    `trigger` is empty in messages that are not about the visit (a laboratory result).
    `sent`: when its message was sent and which came first, sortable: of two events of one time the later one.
    An event that is sent again is the same one.
    """

    trigger: str
    time: str
    moment: str = ""
    occurred: str = ""
    start: str = ""
    end: str = ""
    patient_class: str = ""
    location: str = ""
    prior: str = ""
    vacated: bool = False
    unsaid: str = ""
    coding: Json = field(default_factory=dict)
    sent: str = field(default="", compare=False)

    def remembered(self) -> Json:
        """As plain data for the memory beside the resource."""
        return {name: value for name, value in asdict(self).items() if value or name in ("trigger", "time")}


@dataclass(slots=True)
class State:
    """What the events say about the Encounter."""

    status: str = ""
    start: str = ""
    end: str = ""
    locations: list[Json] = field(default_factory=list)
    classes: list[Json] = field(default_factory=list)


def remember(events: Iterable[Json], event: Event) -> list[Json]:
    """The remembered events with `event` among them, sorted; one that is known counts as last sent."""
    known = [Event(**one) for one in events]
    event = max([event, *(one for one in known if one == event)], key=lambda one: one.sent)
    known = [*(one for one in known if one != event), event]
    if not event.trigger:
        thin = max((one for one in known if not one.trigger), key=_order)
        known = [one for one in known if one.trigger or one is thin]
    return [one.remembered() for one in sorted(known, key=_order)]


def _order(event: Event) -> tuple[str, int, str, str]:
    rank = (
        0 if event.trigger in PLANS else 1 if event.trigger in ADMITS else 3 if event.trigger == "A03" else 2
    )
    return event.time, rank, event.sent, repr(event)


def fold(events: Iterable[Json]) -> State:
    """The state after all `events`, whatever the order in which they came."""
    known = sorted((Event(**one) for one in events), key=_order)
    if any(event.trigger for event in known):
        known = [event for event in known if event.trigger]
    valid = _uncancelled(known)
    state = State(_status(valid) or _otherwise(known))
    state.start = _start(valid)
    if state.status == "finished":
        state.end = _end(valid)
    state.locations = _locations(valid, state)
    state.classes = _classes(valid)
    return state


def _uncancelled(known: Sequence[Event]) -> list[Event]:
    """The events that stand: cancel events and what they cancel are taken out."""
    standing = [event for event in known if event.trigger not in CANCELS]
    for cancel in (event for event in known if event.trigger in CANCELS):
        for undone in _targets(cancel, standing):
            standing.remove(undone)
        if cancel.trigger == "A13":
            standing = [_without_end(event, cancel.time) for event in standing]
    return _said(standing)


def _said(events: Sequence[Event]) -> list[Event]:
    """The events without the times of admission and discharge that a later one has deleted.

    What they are stays: a discharge (A03) is taken back by A13 alone.
    """
    unsaid: Json = {}
    found = []
    for event in reversed(events):
        found.append(replace(event, **unsaid) if unsaid else event)
        unsaid |= dict.fromkeys(event.unsaid.split(), "")
    return found[::-1]


def _targets(cancel: Event, standing: Sequence[Event]) -> list[Event]:
    """The event that `cancel` undoes: the one of that time, else the latest before it; with its repeats.

    A discharge sent again with a correction is still one discharge, a transfer to the same bed one transfer.
    """
    of_kind = [event for event in standing if event.trigger in CANCELS[cancel.trigger]]
    same_time = [event for event in of_kind if event.time == cancel.occurred]
    before = [event for event in of_kind if event.time <= cancel.time]
    undone = next(reversed(same_time or before), None)
    if undone is None:
        return []
    found = [undone]
    for event in reversed(of_kind[: of_kind.index(undone)]):
        if event.trigger != undone.trigger or (event.trigger == "A02" and event.location != undone.location):
            break
        found.append(event)
    return found


def _without_end(event: Event, until: str) -> Event:
    """A cancelled discharge also voids the discharge time that an update repeated."""
    if not event.end or event.trigger == "A03" or event.time > until:
        return event
    return replace(event, end="")


def _status(events: Sequence[Event]) -> str:
    """The status that the events tell; empty when none does."""
    status, over = "", ""
    for event in events:
        if event.trigger == "A23":
            return "entered-in-error"
        if event.trigger == "A03" or event.end:
            status, over = "finished", event.end or event.moment
        elif status != "finished" or (event.trigger in ADMITS and event.start > over):
            status = _after(status, event)
    return status


def _otherwise(known: Sequence[Event]) -> str:
    """No event stands that tells a status: what was cancelled does, else the class of the patient."""
    triggers = {event.trigger for event in known}
    if triggers & WITHDRAWALS:
        return "cancelled"
    return "in-progress" if "A13" in triggers else _of_class(known)


def _after(status: str, event: Event) -> str:
    """The status after one event of a visit that is not over."""
    trigger = event.trigger
    if trigger in PLANS:
        return status or "planned"
    if trigger == "A04":
        return _registered(event.patient_class)
    if trigger in ADMITS or trigger in ("A02", "A17", "A22"):
        return "in-progress"
    if trigger == "A10":
        return "arrived" if status in ("", "planned") else status
    return "onleave" if trigger == "A21" else status


def _registered(patient_class: str) -> str:
    """A04: a bed or an emergency is in progress, a pre-admission is planned, an outpatient has arrived."""
    if patient_class in ("P", "PRENC"):
        return "planned"
    return "in-progress" if patient_class in _BEDSIDE else "arrived"


def _of_class(events: Sequence[Event]) -> str:
    """No event tells a state: PV1-2 does, as the guide has it (PatientClass[EncounterStatus])."""
    known = next((event.patient_class for event in reversed(events) if event.patient_class), "")
    return {"P": "planned", "PRENC": "planned", "": "unknown", "U": "unknown"}.get(known, "in-progress")


def _start(events: Sequence[Event]) -> str:
    told = next((event.start for event in reversed(events) if event.start), "")
    return told or next((event.moment for event in events if event.trigger in ADMITS), "")


def _end(events: Sequence[Event]) -> str:
    told = next((event.end for event in reversed(events) if event.end), "")
    return told or next((event.moment for event in reversed(events) if event.trigger == "A03"), "")


def _locations(events: Sequence[Event], state: State) -> list[Json]:
    """The beds of the visit: a transfer ends one and begins the next, an update corrects the present one.

    A bed that was given up stays so; what names one afterwards begins another stay, but a discharge does not.
    """
    places: list[Json] = []
    for event in events:
        if event.vacated and places:
            places[-1].setdefault("until", event.moment)
        if not event.location or (event.trigger == "A03" and places and "until" in places[-1]):
            continue
        if not places and event.trigger in ("A02", "A17") and event.prior not in ("", event.location):
            places.append({"location": {"reference": event.prior}, "since": ""})
        moved = event.trigger in MOVES and places and places[-1]["location"]["reference"] != event.location
        if not places or moved or "until" in places[-1]:
            places.append({"location": {"reference": event.location}, "since": event.moment})
        elif event.trigger != "A03":
            places[-1]["location"] = {"reference": event.location}
    return [_stay(places, number, state) for number in range(len(places))]


def _stay(places: Sequence[Json], number: int, state: State) -> Json:
    last = number + 1 == len(places)
    since = (state.start if number == 0 else "") or places[number]["since"]
    until = places[number].get("until") or (state.end if last else places[number + 1]["since"])
    done = (
        not last or "until" in places[number] or state.status in ("finished", "cancelled", "entered-in-error")
    )
    status = "completed" if done else "planned" if state.status == "planned" else "active"
    stay = period(since, until)
    return {"location": places[number]["location"], "status": status} | ({"period": stay} if stay else {})


def period(start: str, end: str) -> Json:
    """A Period; a start after the end (clocks differ) is left out rather than invalid."""
    if start and end and start[: len(end)] > end[: len(start)]:
        start = ""
    return {name: value for name, value in (("start", start), ("end", end)) if value}


def _classes(events: Sequence[Event]) -> list[Json]:
    """The history of classes, once a visit changed its class (A06, A07)."""
    history: list[Json] = []
    for event in events:
        if event.trigger not in ADMITS | PLANS or not event.coding:
            continue
        if not history or history[-1]["class"]["code"] != event.coding["code"]:
            history.append({"class": event.coding, "since": event.moment})
    if len(history) < 2:
        return []
    ends = [one["since"] for one in history[1:]] + [""]
    return [
        {"class": one["class"], "period": period(one["since"], end)}
        for one, end in zip(history, ends, strict=True)
    ]

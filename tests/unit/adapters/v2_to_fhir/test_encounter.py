"""adapters.v2_to_fhir.encounter: the state of a visit, whatever the order of its messages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.encounter import CANCELS, Event, fold, period, remember
from adapters.v2_to_fhir.merge import merge
from fhir.resource import serialize

START = datetime(2026, 1, 5, tzinfo=UTC)


def event(trigger: str, hour: int, **more: Any) -> Event:
    moment = (START + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    more = {"patient_class": "I", "coding": {"code": "IMP"}} | more
    return Event(trigger, f"2026-01-05T{hour:02}", moment, **more)


def state(*events: Event) -> Any:
    known: list[dict[str, Any]] = []
    for one in events:
        known = remember(known, one)
    return fold(known)


@pytest.mark.parametrize(
    ("triggers", "status"),
    [
        ("A05", "planned"),
        ("A14", "planned"),
        ("A01", "in-progress"),
        ("A05 A01", "in-progress"),
        ("A01 A02", "in-progress"),
        ("A01 A08", "in-progress"),
        ("A01 A21", "onleave"),
        ("A01 A21 A22", "in-progress"),
        ("A01 A21 A52", "in-progress"),
        ("A01 A03", "finished"),
        ("A01 A03 A08", "finished"),
        ("A01 A03 A13", "in-progress"),
        ("A01 A03 A13 A03", "finished"),
        ("A01 A03 A03 A13", "in-progress"),
        ("A01 A03 A13 A03 A03", "finished"),
        ("A01 A01 A11", "cancelled"),
        ("A04 A01 A11", "in-progress"),
        ("A01 A11", "cancelled"),
        ("A05 A01 A11", "planned"),
        ("A05 A38", "cancelled"),
        ("A11", "cancelled"),
        ("A01 A12", "in-progress"),
        ("A01 A23", "entered-in-error"),
        ("A08", "in-progress"),
        ("A13", "in-progress"),
    ],
)
def test_status(triggers: str, status: str) -> None:
    assert state(*(event(name, hour) for hour, name in enumerate(triggers.split()))).status == status


@pytest.mark.parametrize(
    ("patient_class", "status"),
    [("O", "arrived"), ("", "arrived"), ("E", "in-progress"), ("I", "in-progress"), ("P", "planned")],
)
def test_a_registration_follows_the_class(patient_class: str, status: str) -> None:
    assert state(event("A04", 1, patient_class=patient_class)).status == status


@pytest.mark.parametrize(("patient_class", "status"), [("", "unknown"), ("U", "unknown"), ("P", "planned")])
def test_an_update_alone_follows_the_class(patient_class: str, status: str) -> None:
    assert state(event("A08", 1, patient_class=patient_class)).status == status


def test_a_late_admission_does_not_reopen_a_visit() -> None:
    assert state(event("A03", 5), event("A01", 1)).status == "finished"
    assert state(event("A03", 5), event("A01", 7)).status == "finished"


def test_a_new_admission_after_the_discharge_reopens_it() -> None:
    again = event("A01", 8, start="2026-01-05T08:00:00+00:00")
    assert state(event("A01", 1), event("A03", 5), again).status == "in-progress"


def test_a_cancel_undoes_exactly_its_event() -> None:
    moves = [
        event("A01", 1, location="L/1"),
        event("A02", 2, location="L/2"),
        event("A02", 3, location="L/3"),
    ]
    assert _places(*moves, event("A12", 4)) == ["L/1", "L/2"]
    assert _places(*moves, event("A12", 4, occurred="2026-01-05T02")) == ["L/1", "L/3"]


def test_a_transfer_sent_twice_is_undone_once() -> None:
    moves = [event("A01", 1, location="L/1"), event("A02", 2, location="L/2")]
    assert _places(*moves, event("A02", 3, location="L/2"), event("A12", 4)) == ["L/1"]
    back = [event("A02", 3, location="L/1"), event("A02", 4, location="L/2")]
    assert _places(*moves, *back, event("A12", 5)) == ["L/1", "L/2", "L/1"]


def test_a_cancel_before_its_event_is_remembered() -> None:
    assert state(event("A13", 4), event("A03", 3), event("A01", 1)).status == "in-progress"


def test_a_cancel_leaves_later_events_alone() -> None:
    assert state(event("A13", 2), event("A03", 3), event("A01", 1)).status == "finished"


def test_a_cancelled_discharge_takes_its_time_along() -> None:
    told = {"end": "2026-01-05T03:00:00+00:00"}
    after = state(event("A01", 1), event("A03", 3, **told), event("A08", 4, **told), event("A13", 5))
    assert (after.status, after.end) == ("in-progress", "")


def _places(*events: Event) -> list[str]:
    return [stay["location"]["reference"] for stay in state(*events).locations]


def test_transfers_make_a_history_of_stays() -> None:
    after = state(
        event("A01", 1, location="L/1"),
        event("A02", 2, location="L/2"),
        event("A03", 3, location="L/2"),
    )
    assert after.locations == [
        {
            "location": {"reference": "L/1"},
            "status": "completed",
            "period": {"start": "2026-01-05T01:00:00+00:00", "end": "2026-01-05T02:00:00+00:00"},
        },
        {
            "location": {"reference": "L/2"},
            "status": "completed",
            "period": {"start": "2026-01-05T02:00:00+00:00", "end": "2026-01-05T03:00:00+00:00"},
        },
    ]


def test_an_update_corrects_the_present_place() -> None:
    assert _places(event("A01", 1, location="L/1"), event("A08", 2, location="L/9")) == ["L/9"]


def test_a_transfer_alone_knows_the_bed_before() -> None:
    assert _places(event("A02", 2, location="L/2", prior="L/1")) == ["L/1", "L/2"]


def test_a_change_of_class_is_history() -> None:
    after = state(event("A04", 1, coding={"code": "EMER"}), event("A06", 2, coding={"code": "IMP"}))
    assert [one["class"]["code"] for one in after.classes] == ["EMER", "IMP"]
    assert after.classes[0]["period"]["end"] == after.classes[1]["period"]["start"]


def test_thin_messages_count_only_while_there_is_nothing_else() -> None:
    thin = event("", 9, location="L/9", patient_class="O")
    assert state(thin).status == "in-progress"
    assert state(thin, event("A05", 1)).status == "planned"
    assert len(remember(remember([], thin), event("", 3))) == 1


def test_a_known_event_changes_nothing() -> None:
    known = remember(remember([], event("A01", 1)), event("A02", 2))
    assert remember(known, event("A01", 1)) == known


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2026-01-05", "2026-01-04", {"end": "2026-01-04"}),
        ("2026-01-05", "2026-01-05T10:00:00Z", {"start": "2026-01-05", "end": "2026-01-05T10:00:00Z"}),
        ("", "", {}),
    ],
)
def test_a_period_never_ends_before_it_starts(start: str, end: str, found: dict[str, str]) -> None:
    assert period(start, end) == found


EVENTS = [f"A{n:02}" for n in (*range(1, 11), 14, 15, 16, 17, 21, 22, 23, 42, 45, 50)]
TRIGGERS = [*EVENTS, "", *CANCELS]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Event], list[Event]]:
    """The events of a visit in their order, and as they arrived."""
    triggers = draw(st.lists(st.sampled_from(TRIGGERS), min_size=1, max_size=8))
    hours = draw(st.permutations(range(10)))
    events = [
        event(
            name,
            hour,
            location=draw(st.sampled_from(["", "L/1", "L/2", "L/3"])),
            end=draw(st.sampled_from(["", "", "2026-01-05T05:00:00+00:00"])),
            occurred=draw(st.sampled_from(["", "2026-01-05T02"])) if name in CANCELS else "",
        )
        for name, hour in zip(triggers, hours, strict=False)
    ]
    return events, draw(st.permutations(events))


@settings(max_examples=150, deadline=None, database=None)
@given(deliveries())
def test_any_order_of_delivery_ends_in_the_same_state(both: tuple[list[Event], list[Event]]) -> None:
    assert _stored(both[0]) == _stored(both[1])


def _stored(events: list[Event]) -> tuple[Any, Any]:
    resource: Any = None
    memory: dict[str, Any] = {}
    for one in events:
        draft = Draft("Encounter", "1", event=one, event_time=START + timedelta(hours=int(one.time[-2:])))
        draft.put("class", {"code": one.trigger or "none"})
        draft.standing = 2 if one.trigger else 1
        resource, memory = merge(resource, memory, draft)
        again, remembered = merge(resource, memory, draft)
        assert serialize(again) == serialize(resource)
        assert remembered == memory
    return resource, memory


@settings(deadline=None)
@given(st.data())
def test_line_45_a_cancel_and_its_event_are_as_if_neither_had_been_in_any_order(data: st.DataObject) -> None:
    """A12, A13, A25, A26, A32, A33, A52 and A53 name their event by its time (EVN-6), or it is the latest."""
    cancel = data.draw(st.sampled_from(["A12", "A13", "A25", "A26", "A32", "A33", "A52", "A53"]))
    (undone,) = CANCELS[cancel]
    others = data.draw(st.lists(st.sampled_from(["A08", "A15", "A16", "A21", "A22", "A02"]), max_size=4))
    hours = data.draw(st.permutations(range(2, 8)))
    rest = [event("A01", 1, location="L/1")]
    rest += [event(one, hours[n], location="L/1") for n, one in enumerate(others) if one != undone]
    gone = event(undone, hours[5], location="L/9")
    taken = event(cancel, 9, occurred=data.draw(st.sampled_from(["", gone.time])))
    assert state(*data.draw(st.permutations([*rest, gone, taken]))) == state(*rest)


@pytest.mark.parametrize(
    ("cancel", "undone"), [("A11", "A01"), ("A11", "A04"), ("A27", "A14"), ("A38", "A05")]
)
def test_line_45_a_withdrawn_visit_is_cancelled_in_any_order(cancel: str, undone: str) -> None:
    events = [event(undone, 1), event("A08", 2), event(cancel, 3)]
    assert {state(*order).status for order in permutations(events)} == {"cancelled"}
    assert state(*events, event("A01", 4)).status == "in-progress"


def test_line_45_a_swap_is_a_transfer() -> None:
    assert _places(event("A01", 1, location="L/1"), event("A17", 2, location="L/2")) == ["L/1", "L/2"]
    assert _places(event("A17", 2, location="L/2", prior="L/1")) == ["L/1", "L/2"]


def test_of_one_time_the_event_that_was_sent_or_came_later_counts() -> None:
    """An event that is sent again is the same one, and counts as sent last."""
    beds = [
        event("A01", 1, location="Location/b", sent="1 0A"),
        event("A08", 1, location="Location/a", sent="1 0B"),
    ]
    again = replace(beds[0], sent="2 0C")
    for order in permutations(beds):
        assert state(*order).locations[0]["location"] == {"reference": "Location/a"}
    for order in permutations([event("A02", 2, location=f"Location/{one}", sent=one) for one in "zab"]):
        whole = state(beds[0], *order)
        assert [one["location"]["reference"] for one in whole.locations][-1] == "Location/z"
    known = remember(remember([], beds[0]), again)
    assert [one["sent"] for one in known] == ["2 0C"]
    assert remember(known, beds[0]) == known


@pytest.mark.parametrize(
    ("triggers", "status", "start", "end"),
    [
        ("A01 A03 A08x", "finished", "01", "02"),
        ("A01 A03 A03x", "finished", "01", "03"),
        ("A01 A08 A08x", "in-progress", "01", None),
        ("A01 A08x A08", "finished", "30", "31"),
        ("A01 A08x A03", "finished", "30", "31"),
    ],
)
def test_null_takes_back_times_and_never_a_discharge(
    triggers: str, status: str, start: str, end: str | None
) -> None:
    """`x` stands for `""` in PV1-44 and PV1-45; others tell other times there."""
    told = []
    for hour, trigger in enumerate(triggers.split(), start=1):
        said = (
            {"unsaid": "start end"}
            if trigger.endswith("x")
            else {"start": "2026-01-05T30", "end": "2026-01-05T31"}
        )
        told.append(event(trigger.rstrip("x"), hour, **({} if trigger == "A01" else said)))
    for order in permutations(told):
        found = state(*order)
        assert (found.status, found.start[11:13], found.end[11:13] or None) == (status, start, end)

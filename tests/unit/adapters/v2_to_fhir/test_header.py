"""adapters.v2_to_fhir.header: what a message says of itself."""

from datetime import UTC, datetime

from tests.unit.adapters.v2_to_fhir.given import context


def test_kind_and_times() -> None:
    header = context("EVN|A02|20260105093000||||20260105080000", kind="ADT^A02^ADT_A02").header
    assert (header.code, header.trigger, header.structure, header.control) == ("ADT", "A02", "ADT_A02", "M1")
    assert header.event_time == header.occurred == datetime(2026, 1, 5, 0, tzinfo=UTC)
    assert header.moment == "2026-01-05T08:00:00+08:00"
    assert header.first_hand


def test_a_cancel_counts_from_when_it_was_recorded() -> None:
    header = context("EVN|A12|20260105093000||||20260105080000", kind="ADT^A12").header
    assert header.event_time == header.recorded == datetime(2026, 1, 5, 1, 30, tzinfo=UTC)


def test_without_an_event_segment_the_header_s_time() -> None:
    header = context(kind="ORU^R01").header
    assert header.event_time == datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert not header.first_hand
    assert context(sent="").header.event_time is None


def test_the_event_may_stand_in_evn_alone() -> None:
    assert context("EVN|A08|", kind="ADT").header.trigger == "A08"


def test_the_body_does_not_know_its_control_id() -> None:
    assert context("PID|1").header.body == context("PID|1", sent="20270101").header.body
    assert context("PID|1").header.body != context("PID|2").header.body

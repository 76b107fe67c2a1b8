from services.demo.region import Region


def test_every_visit_that_closes_has_been_opened_before(region: Region) -> None:
    opened: dict[str, object] = {}
    for event in region.events:
        if event.visit is None:
            continue
        if event.closed:
            assert event.closed >= event.visit.opened
        if event.trigger in ("A01", "A04"):
            assert event.visit.number not in opened
            opened[event.visit.number] = event.time
        elif event.house.dialect.visits == "both":
            assert event.visit.number in opened


def test_every_outpatient_visit_closes_or_is_cancelled(region: Region) -> None:
    visits = {event.visit.number for event in region.events if event.visit and event.visit.kind != "I"}
    closed = {event.visit.number for event in region.events if event.visit and event.closed}
    cancelled = {event.visit.number for event in region.events if event.visit and event.trigger == "A11"}
    assert visits <= closed | cancelled


def test_a_stay_closes_unless_the_two_years_end_in_it(region: Region) -> None:
    stays: dict[str, list[str]] = {}
    for event in region.events:
        if event.visit and event.visit.kind == "I":
            stays.setdefault(event.visit.number, []).append(event.trigger)
    assert len(stays) > 15
    for number, triggers in stays.items():
        last = [event for event in region.events if event.visit and event.visit.number == number][-1]
        assert triggers[0] == "A01"
        assert (
            triggers[-1] in ("A03", "A11")
            or triggers[-2:] == ["A03", "A08"]
            or (region.until - last.time.date()).days < 10
        )


def test_results_of_a_visit_lie_within_it(region: Region) -> None:
    for event in region.events:
        for report in event.reports:
            assert event.visit is not None
            assert event.visit.opened < report.observed <= event.time


def test_a_report_holds_one_to_twelve_observations(region: Region) -> None:
    counts = [
        sum(len(report.results) for report in event.reports)
        for event in region.events
        if event.trigger == "R01"
    ]
    assert min(counts) == 1
    assert max(counts) == 12


def test_clinics_keep_to_working_days(region: Region) -> None:
    opened = [event.visit.opened for event in region.events if event.visit and event.visit.kind == "O"]
    assert opened
    assert all(moment.weekday() < 5 for moment in opened)


def test_an_order_number_belongs_to_one_event_but_for_corrections(region: Region) -> None:
    seen: dict[str, str] = {}
    for event in region.events:
        for report in event.reports:
            if report.number in seen:
                assert (seen[report.number], report.status) == ("P", "C")
            seen[report.number] = report.status

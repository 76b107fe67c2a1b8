"""What the watermark of a page says."""

from typing import Any, cast

from auth.audit.watermark import watermarks
from auth.principal import Kind, Principal
from fhir.store import Store
from services.portal.visit import Visit
from services.portal.watermark import PURPOSES, mark_of
from tests.support import people
from tests.unit.fhir.summary.test_reading import context_of


class _Record:
    id, moment = "aab85bc2-156e-4589-9cc4-aceb08064ea4", people.TODAY


async def _visit(store: Store, organization: str | None) -> Visit:
    context = await context_of(store, *people.organizations())

    class Page:
        principal = Principal(Kind.PERSON, "a1", "周敏", organization=organization)
        record, platform = _Record(), type("Platform", (), {"store": store})()

    page: Any = Page()
    page.context = context
    return cast(Visit, page)


async def test_a_doctors_page_names_the_house_and_the_record(store: Store) -> None:
    made = await mark_of(await _visit(store, people.HUAXI), PURPOSES["REFERRAL"])
    assert (made.who, made.house, made.purpose) == ("周敏", "芙蓉市第一人民医院", "转诊")
    assert [(each.record, each.genuine) for each in watermarks(made.code, store.keyed)] == [
        (_Record.id, True)
    ]


async def test_who_has_no_house_and_a_house_that_nobody_describes(store: Store) -> None:
    assert (await mark_of(await _visit(store, None), PURPOSES["TREAT"])).house is None
    unknown = await mark_of(await _visit(store, "Organization/unknown"), PURPOSES["TREAT"])
    assert unknown.house == "Organization/unknown"

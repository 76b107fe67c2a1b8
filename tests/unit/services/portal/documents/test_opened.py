"""What the page of a document shows."""

from typing import Any

import pytest

from fhir.resource import Resource
from services.portal.documents.opened import LONGEST, opened
from tests.support import people
from tests.unit.services.portal.documents.pages import BARE, PAGES, REPORT, RESULT, file
from tests.unit.services.portal.html import rendered


def test_a_report_has_its_own_results_in_its_own_order() -> None:
    other = RESULT | {"id": "o2", "code": {"text": "白细胞"}, "valueQuantity": {"value": 5, "unit": "g"}}
    strangers = RESULT | {"id": "o3", "code": {"text": "别的"}}
    report = REPORT | {"result": [{"reference": "Observation/o2"}, {"reference": "Observation/o1"}]}
    found = opened(file(report, RESULT, other, strangers), people.TODAY)
    assert found is not None
    assert [series.name for series in found.series] == ["白细胞", "血红蛋白"]


def test_the_members_of_a_result_are_told_with_it() -> None:
    panel = RESULT | {"id": "o9", "code": {"text": "一组"}, "hasMember": [{"reference": "Observation/o1"}]}
    found = opened(file(REPORT | {"result": [{"reference": "Observation/o9"}]}, panel, RESULT), people.TODAY)
    assert found is not None
    assert "血红蛋白" in [series.name for series in found.series]


def inside(id: str, name: str, **more: Any) -> Resource:
    value = {"value": 5, "unit": "g"}
    return {"resourceType": "Observation", "id": id, "status": "final", "code": {"text": name}} | (
        more or {"valueQuantity": value}
    )


def test_results_within_the_report_stand_among_its_others() -> None:
    report = REPORT | {
        "contained": [
            inside("o1", "红细胞"),
            inside("panel", "一组", hasMember=[{"reference": "#w"}]),
            inside("w", "白细胞"),
            inside("e", "错的", valueString="x") | {"status": "entered-in-error"},
            inside("unnamed", "没有列出的"),
            {"resourceType": "Practitioner", "id": "p"},
        ],
        "result": [{"reference": each} for each in ("#panel", "#o1", "Observation/o1", "#e", "#p", "#gone")],
    }
    found = opened(file(report, RESULT), people.TODAY)
    assert found is not None
    assert [series.name for series in found.series] == ["红细胞", "血红蛋白", "白细胞"]


def test_what_another_result_contains_is_not_taken_from_the_report() -> None:
    panel = RESULT | {"id": "o9", "code": {"text": "一组"}, "hasMember": [{"reference": "#w"}]}
    report = REPORT | {"contained": [inside("w", "白细胞")], "result": [{"reference": "Observation/o9"}]}
    found = opened(file(report, panel), people.TODAY)
    assert found is not None
    assert "白细胞" not in [series.name for series in found.series]


@pytest.mark.parametrize(
    ("change", "state", "unfinished"),
    [
        ({"status": "preliminary"}, "初步结果，可能还会改", True),
        ({"status": "partial"}, "只出了一部分结果，后面还会补充", True),
        ({"status": "corrected"}, "发出以后更正过", False),
        ({"status": "unknown"}, "", False),
    ],
)
def test_its_state_is_said_in_plain_words(change: Resource, state: str, unfinished: bool) -> None:
    found = opened(file(REPORT | change), people.TODAY)
    assert found is not None
    assert (found.state, found.unfinished) == (state, unfinished)


@pytest.mark.parametrize(
    "page", ["report whose result was withdrawn", "report whose result was withdrawn, for a doctor"]
)
def test_a_withdrawn_result_is_named_without_its_value(page: str) -> None:
    template, reader, model = PAGES[page]
    html = rendered(template, reader=reader, **model).text
    assert "血红蛋白" in html
    assert "已作废" in html
    assert "2026-11-20" in html
    assert 'class="value"' not in html
    assert "这里只有标题" not in html


def test_what_does_not_hold_is_not_opened() -> None:
    assert opened(file(BARE | {"status": "entered-in-error"}), people.TODAY) is None


def test_a_very_long_text_is_cut_and_says_so() -> None:
    found = opened(file(BARE), people.TODAY, "x" * (LONGEST + 1))
    assert found is not None
    assert (len(found.shown), found.cut) == (LONGEST, True)


def test_its_writers_are_people_and_no_house() -> None:
    writers = [{"reference": "Organization/o", "display": "HTEST 医院"}, {"display": "HTEST 罗医生"}]
    found = opened(file(BARE | {"author": writers}), people.TODAY)
    assert found is not None
    assert found.authors == ("HTEST 罗医生",)


def test_the_plain_text_of_a_report_is_shown() -> None:
    found = opened(file(REPORT), people.TODAY)
    assert found is not None
    assert found.text == "HTEST <b>"


def test_a_title_that_turns_the_line_is_shown_in_its_own_order() -> None:
    title = "出院小结\u202efdp.exe"
    bare = BARE | {"description": title, "type": {"text": title}}
    found = opened(file(bare), people.TODAY)
    assert found is not None
    assert found.document.title == title, "what is stored stays"
    template, reader, model = PAGES["opened document of nothing"]
    text = rendered(template, reader=reader, **model | {"opened": found}).text
    assert "\u202e" not in text
    assert "出院小结fdp.exe" in text


@pytest.mark.parametrize(
    ("url", "elsewhere"),
    [
        ("https://x.example:8443/secret/a.png?token=1", "x.example"),
        ("urn:oid:1.2.3", ""),
        ("https://[broken", ""),
        ("Binary/b", None),
        ("https://furong.example/fhir/Binary/b", None),
        ("https://furong.example/other", "furong.example"),
    ],
)
def test_where_a_file_lies_is_told(url: str, elsewhere: str | None) -> None:
    paper = BARE | {"content": [{"attachment": {"contentType": "image/png", "url": url}}]}
    found = opened(file(paper), people.TODAY, "", "https://furong.example/fhir")
    assert found is not None
    assert [each.elsewhere for each in found.files] == [elsewhere]

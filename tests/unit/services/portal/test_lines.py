"""What every page says of a drug that is on hold, and of a reference range."""

import re
from typing import Any

import pytest

from services.portal.clinician.presenters import summary
from services.portal.resident.presenters import my_file
from tests.support import people
from tests.unit.services.portal.html import Html, rendered
from tests.unit.services.portal.test_templates import PAGES, TODAY, show


@pytest.mark.parametrize(
    ("status", "doctors", "own"), [("stopped", "已停用", "已经停了"), ("on-hold", "已暂停", "先停一停")]
)
def test_a_pause_of_another_house_is_not_called_a_stop(status: str, doctors: str, own: str) -> None:
    ended = people.request("甲片", "", 3, status=status, requester={"reference": people.JINJIANG})
    lines = [*people.organizations(), people.patient(), people.request("甲片", "1片", 30), ended]
    file = people.health_file(lines)
    pages = {
        doctors: show_with("summary", summary=summary(file, TODAY)),
        own: show_with("printed file", file=my_file(file, TODAY)),
    }
    for said, page in pages.items():
        told = {each for each in ("已停用", "已暂停", "已经停了", "先停一停") if each in page.text}
        assert told == {said}


def test_what_is_of_earlier_because_it_is_on_hold_says_so() -> None:
    for status, told in (("on-hold", True), ("stopped", False)):
        lines = [*people.organizations(), people.patient(), people.request("甲片", "", 3, status=status)]
        file = people.health_file(lines)
        for page in (
            show_with("summary", summary=summary(file, TODAY)),
            show_with("printed file", file=my_file(file, TODAY)),
            show_with("medications", file=my_file(file, TODAY, every=True)),
        ):
            assert ("暂停" in page.text) == told


def show_with(name: str, **more: Any) -> Html:
    template, reader, model = PAGES[name]
    return rendered(template, reader=reader, **model | more)


@pytest.mark.parametrize("name", ["summary", "printed file", "report for a doctor", "one visit", "series"])
def test_every_page_keeps_its_reference_ranges_whole(name: str) -> None:
    page = show(name)
    assert re.search(r'<span class="number">[^<]*\d\s?[–-]\s?\d', page.text)
    assert not re.search(r"参考(?:范围)? [^<]*\d[–-]\d", page.text)

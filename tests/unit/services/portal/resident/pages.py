"""The resident's own pages, full and empty, for the component tests."""

from dataclasses import replace
from typing import Any

from auth.audit.record import Interaction
from auth.store.cases import Kind as CaseKind
from auth.store.notice_choices import Kind
from fhir.summary.moment import moment
from services.portal.cases.texts import VERDICTS
from services.portal.cases.wrongs import Wrongs
from services.portal.emergency import REASONS
from services.portal.page import Reader
from services.portal.resident.access import looks
from services.portal.resident.access_views import Asked
from services.portal.resident.app import App
from services.portal.resident.deciding import Deciding
from services.portal.resident.named import Named
from services.portal.resident.news import KINDS, News
from services.portal.resident.own_views import OWN, SERVICES, Pages
from services.portal.resident.presenters import my_file
from tests.support import people
from tests.unit.services.portal.cases.pages import case
from tests.unit.services.portal.emergencies import JUDGED, OPENED
from tests.unit.services.portal.html import RESIDENT
from tests.unit.services.portal.moves import NONE_WAIT, TOLD

FULL, EMPTY, TODAY = people.five_diseases(), people.nobody_knows(), people.TODAY
LOOKS = looks(people.entries(), FULL.organizations)
HELPER = Reader("李雷", "resident", about="王建国", proxy="help-desk")
WRONGS = Wrongs()
MASKED = replace(
    LOOKS[1], masked=True, rules=(Deciding("<b>", "不许看", ("诊断", "用药")), Deciding("r", "不许看"))
)
NAMED = replace(
    LOOKS[1],
    what=("文书", "就诊记录"),
    named=(
        Named("<b>", moment("2026-11-20"), "文书"),
        Named("小结", None, "文书"),
        Named("", None, "就诊记录"),
    ),
)
_HIS: dict[str, Any] = {"role": "resident", "organization": None}
_OWN = _HIS | {"own": True, "type": None}
APPS = looks(
    [
        people.entry(**_HIS, app=True, client="a1"),
        people.entry(**_HIS, app=True, client="a2"),
        people.entry(client="a1"),
        people.entry(**_OWN, interaction=Interaction.TOKEN, reason="allowed to the app a1: patient/*.rs"),
        people.entry(**_OWN, interaction=Interaction.CONFIGURE, reason="withdrawn from the app a2"),
    ],
    FULL.organizations,
    apps={"a1": App("a1", "<b>步数")},
)
"""An app that acts for the resident, one that is gone, a doctor's, and what was done with them."""
ENDED = replace(NAMED, ended="没有打开：没有这一项、打不开，或者不能看", mine=True)
_LOG: dict[str, Any] = {
    "looks": [*LOOKS, MASKED, replace(MASKED, id="2", rules=()), NAMED, ENDED], "verdicts": VERDICTS,
    "asked_about": {"2": case("2", CaseKind.COMPLAINT)}, "older": "/resident/access?before=9",
    "newer": "/resident/access", "cut": True,
    "asked": Asked(who="周敏", fault="日期要写成 2026-11-26 这样。"),
    "people": ["周敏", "<b>"], "houses": people.NAMES, "asks": True,
}  # fmt: skip
_GLANCE: dict[str, Any] = {"mark": None, "own": OWN, "reasons": REASONS, "services": SERVICES, "asks": True}
_GLANCE |= {"made": "2026-11-26T00:00:00+00:00", "news": []}
_NEWS = [
    News(Kind.HOUSE, 2, ("<b>", "石桥中心卫生院")),
    News(Kind.RESULT, 9, critical=1),
    News(Kind.ANSWER, 1),
]


def _own(noun: str, **more: Any) -> dict[str, tuple[str, Reader, dict[str, Any]]]:
    model: dict[str, Any] = {"path_of": f"/resident/{noun}", "heading": OWN[f"/resident/{noun}"]}
    full = model | {"file": my_file(FULL, TODAY, every=True), "pages": Pages(0, 20), "incomplete": True}
    empty = model | {"file": my_file(EMPTY, TODAY), "pages": None, "incomplete": False}
    template = f"resident/templates/{noun}.html"
    return {
        noun: (template, RESIDENT, full | {"wrongs": WRONGS}),
        f"no {noun}": (template, HELPER, empty | {"wrongs": None}),
    }


PAGES: dict[str, tuple[str, Reader, dict[str, Any]]] = {
    "first page": (
        "resident/templates/glance.html",
        RESIDENT,
        _GLANCE
        | {"file": my_file(FULL, TODAY), "log": LOOKS[1:], "wrongs": WRONGS, "incomplete": True}
        | {"opened": [OPENED, JUDGED], "news": _NEWS}
        | TOLD,
    ),
    "first page of nobody": (
        "resident/templates/glance.html",
        RESIDENT,
        _GLANCE
        | {
            "file": my_file(EMPTY, TODAY),
            "log": [],
            "wrongs": WRONGS,
            "incomplete": False,
            "opened": [],
            "news": None,
        }
        | NONE_WAIT,
    ),
    "first page for a helper": (
        "resident/templates/glance.html",
        HELPER,
        _GLANCE
        | {"file": my_file(EMPTY, TODAY), "log": None, "wrongs": None, "incomplete": False, "opened": []}
        | {"services": {}}
        | NONE_WAIT,
    ),
    "access": ("resident/templates/access.html", RESIDENT, _LOG),
    "access for an adult": ("resident/templates/access.html", replace(HELPER, proxy="adult"), _LOG),
    "access by apps": ("resident/templates/access.html", RESIDENT, _LOG | {"looks": APPS}),
    "access of nobody": (
        "resident/templates/access.html",
        RESIDENT,
        _LOG
        | {"looks": [], "older": None, "newer": None, "asked": Asked(whole=True), "cut": False, "people": []},
    ),
    "notice choices": (
        "resident/templates/notices.html",
        RESIDENT,
        {"kinds": KINDS, "chosen": frozenset({Kind.RESULT}), "kept": True},
    ),
    "receipt": ("resident/templates/receipt.html", RESIDENT, {"look": LOOKS[1]}),
    **_own("results"),
    **_own("medications"),
    **_own("vaccinations"),
    **_own("visits"),
    **_own("documents"),
}

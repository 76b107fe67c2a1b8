"""The look ahead at a rule as the pages show it: a few names, many of them, none."""

from typing import Any

from fhir.summary.moment import moment
from fhir.summary.wording import Wording
from services.portal.cases.line import Line
from services.portal.consents.effect import Asking, Effect
from services.portal.consents.form import Offer
from services.portal.consents.presenters import said, sights
from services.portal.consents.rule import Rule
from services.portal.page import Reader
from tests.unit.services.portal.emergencies import OPENED
from tests.unit.services.portal.html import RESIDENT

_OFFER = Offer({"Organization/h": "芙蓉市第一人民医院"}, ["Organization/h"])
_PREVIEW = "consents/templates/preview.html"
_FEW = [Line(Wording("梅毒抗体<b>"), "", moment("2026-03-02")), Line(Wording(""), "", moment("2026-03-01"))]
_MANY = [Line(Wording(f"HTEST {each}"), "", moment("2026")) for each in range(9)]


def _preview(*effects: Effect) -> dict[str, Any]:
    rule = Rule("deny", labels=("STD",))
    return {
        "said": said(rule, _OFFER), "withdraws": None, "sights": sights(effects, _OFFER), "concerned": [],
        "others": [], "ends": False, "opens": False, "forbids": True, "binding": None, "emergency": False,
        "opened": [OPENED] if effects else [], "hidden": [("effect", "deny")],
        "sure": None, "unsure": False, "home": "/resident/consents",
        "query": "", "officer": False,
        "name": None, "navigation": "resident/templates/navigation.html",
    }  # fmt: skip


_HOUSE = Asking("Organization/h")
PAGES: dict[str, tuple[str, Reader, dict[str, Any]]] = {
    "rule ahead": (
        _PREVIEW,
        RESIDENT,
        _preview(
            Effect(_HOUSE, 90, 90, 60, {"检查结果": 2, "诊断": 28}, {}, {"检查结果": _FEW}),
            Effect(_HOUSE, 90, 90, 60, {"检查结果": 9, "用药": 9}, {}, {"检查结果": _MANY, "用药": _MANY}),
        ),
    ),
    "rule ahead of nothing": (_PREVIEW, RESIDENT, _preview()),
}

"""The look ahead at a rule as the pages show it: a few names, many of them, none."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import FormData

from fhir.summary.moment import moment
from fhir.summary.wording import Wording
from services.portal.cases.line import Line
from services.portal.consents.desk import _LOST
from services.portal.consents.effect import ANYWHERE, Asking, Effect
from services.portal.consents.form import Offer
from services.portal.consents.guardians import Guardian
from services.portal.consents.presenters import lines, said, sights
from services.portal.consents.rule import EFFECTS, KINDS, PURPOSES, SENSITIVE, Rule, consent
from services.portal.page import Reader
from tests.unit.services.portal.emergencies import OPENED
from tests.unit.services.portal.html import RESIDENT

_AT, _MOTHER = datetime(2026, 11, 1, tzinfo=UTC), Wording("母亲", "mother")
_MOTHERS = Guardian(Wording("李桂芳（母亲）", "李桂芳 (mother)"), ("RelatedPerson/r",))
_CHILDS = Guardian(Wording("陈晨（子女）", "陈晨 (child)"), ("RelatedPerson/s",))
_OFFER = Offer(
    {"Organization/h": "芙蓉市第一人民医院"},
    ["Organization/h"],
    guardians={"RelatedPerson/r": _MOTHERS, "RelatedPerson/s": _CHILDS},
)
_FORM, _WHO = "consents/templates/form.html", "请选择这条规则管谁。"
_PREVIEW = "consents/templates/preview.html"
_FEW = [Line(Wording("梅毒抗体<b>"), "", moment("2026-03-02")), Line(Wording(""), "", moment("2026-03-01"))]
_MANY = [Line(Wording(f"HTEST {each}"), "", moment("2026")) for each in range(9)]


def _preview(*effects: Effect) -> dict[str, Any]:
    rule = Rule("deny", labels=("STD",))
    return {
        "said": said(rule, _OFFER), "withdraws": None, "sights": sights(effects, _OFFER), "concerned": [],
        "others": [], "ends": False, "opens": False, "forbids": True, "binding": None, "emergency": False,
        "opened": [OPENED] if effects else [], "hidden": [("effect", "deny")],
        "sure": None, "unsure": False, "guardian": False, "home": "/resident/consents",
        "query": "", "officer": False,
        "name": None, "navigation": "resident/templates/navigation.html",
    }  # fmt: skip


def _form(**typed: str) -> dict[str, Any]:
    return {
        "offered": _OFFER, "effects": EFFECTS, "sensitive": SENSITIVE, "kinds": KINDS, "purposes": PURPOSES,
        "faults": {}, "typed": FormData(typed), "home": "/resident/consents", "query": "", "officer": False,
        "name": None, "navigation": "resident/templates/navigation.html",
    }  # fmt: skip


def _list() -> dict[str, Any]:
    """A rule on her as whom she looks, on an older record of her, on a child who looks for nobody, and
    on one who is gone."""
    looking = Guardian(
        Wording("李桂芳"), ("RelatedPerson/r", "RelatedPerson/a"), ("RelatedPerson/r",), (_MOTHER,)
    )
    guardians = dict.fromkeys(looking.references, looking) | {"RelatedPerson/s": _CHILDS}
    given = [
        consent(Rule("deny", f"RelatedPerson/{id}", labels=("HIV",)), "Patient/p", _AT, channel="web")
        | {"id": id, "meta": {"versionId": "1", "lastUpdated": "2026-11-01T00:00:00Z"}}
        for id in ("r", "a", "s", "gone")
    ]
    return {
        "lines": lines(given, replace(_OFFER, guardians=guardians)), "home": "/resident/consents",
        "query": "", "officer": False, "name": None, "navigation": "resident/templates/navigation.html",
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
    "rule ahead that closes the file": (
        _PREVIEW,
        RESIDENT,
        _preview(Effect(_HOUSE, 90, 90, 0, {"诊断": 90}, {})) | {"sure": _LOST, "unsure": True},
    ),
    "rule ahead on a guardian": (
        _PREVIEW,
        RESIDENT,
        _preview(
            Effect(Asking(ANYWHERE, guardian=("RelatedPerson/r",)), 90, 90, 60, {"诊断": 30}, {"用药": 2}),
            Effect(Asking(ANYWHERE, guardian=("RelatedPerson/s",), idle=True), 90, 0, 0, {}, {}),
        )
        | {"guardian": True, "opened": []},
    ),
    "rules on guardians": ("consents/templates/list.html", RESIDENT, _list()),
    "rule form": (_FORM, RESIDENT, _form()),
    "rule form of an officer": (
        _FORM,
        Reader("演示隐私官", "privacy"),
        _form()
        | {
            "home": "/console/consents",
            "query": "?s=s",
            "officer": True,
            "navigation": "console/templates/navigation.html",
        },
    ),
    "rule form with mistakes": (
        _FORM,
        RESIDENT,
        _form(effect="deny", end="2026-01-01") | {"faults": {"who": _WHO, "until": _WHO}},
    ),
}

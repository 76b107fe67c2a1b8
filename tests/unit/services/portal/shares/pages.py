"""Shares as the pages show them: lasting, over, ended, closed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import segno
from markupsafe import Markup
from starlette.datastructures import FormData

from auth.store.shares import Share
from fhir.summary.file import HealthFile
from services.portal.page import Mark, Reader
from services.portal.resident.presenters import my_file
from services.portal.shares.document import SECTIONS
from services.portal.shares.form import DAYS, MINUTES
from services.portal.shares.sheet import sheet
from services.portal.watermark import OWN
from tests.support import people
from tests.unit.services.portal.html import RESIDENT

NOW = datetime(2026, 11, 26, tzinfo=UTC)
LASTING = Share(
    "a1", "Patient/a", "a", ("allergies", "results"), True, NOW, NOW + timedelta(days=9_000), None, "hash",
    5, 1, "<b>王医生</b>", "token", b"k" * 32,
)  # fmt: skip
BY_A_PARENT = replace(LASTING, id="a3", paper=True, hat="proxy-1")
OVER = replace(LASTING, id="a2", until=NOW, label="")
_NAMES = {name: text for name, (text, _) in SECTIONS.items()}
_LIST: dict[str, Any] = {
    "sections": _NAMES,
    "lives": MINUTES,
    "error": "",
    "form": "f1",
    "typed": FormData([("minutes", "15")]),
}
_ASKING: dict[str, Any] = {"link": "", "recipient": "", "error": "", "left": None, "over": False}


def _opened(file: HealthFile, *shared: str) -> dict[str, Any]:
    return {
        "file": my_file(file, people.TODAY),
        "shared": shared,
        "sensitive": len(shared) > 1,
        "untold": [text for name, (text, _) in SECTIONS.items() if name not in shared],
        "recipient": "<b>王医生</b>",
        "until": NOW,
        "incomplete": True,
    }


def _sheet(file: HealthFile, **more: Any) -> dict[str, Any]:
    mark = Mark("王建国", None, NOW, OWN, "record", "")
    return {"sheet": sheet(file, people.TODAY), "mark": mark, "sensitive": False, "incomplete": True} | more


_CODE = Markup(segno.make_qr("x").svg_inline(omitsize=True, light="#fff", svgclass="qr", lineclass=None))
_PAPER: dict[str, Any] = {"sections": _NAMES, "days": DAYS, "error": "", "form": "f1"}
_PAPER |= {"typed": FormData([("days", "1")])}
PAGES: dict[str, tuple[str, Reader, dict[str, Any]]] = {
    "shares": (
        "shares/templates/list.html",
        RESIDENT,
        _LIST
        | {
            "error": "请选择多长时间。",
            "lasting": [LASTING, BY_A_PARENT, replace(LASTING, id="a4", label="")],
        }
        | {"former": [OVER, replace(OVER, revoked=NOW), replace(OVER, attempts=0, paper=True)]},
    ),
    "no shares": ("shares/templates/list.html", RESIDENT, _LIST | {"lasting": [], "former": []}),
    "share": (
        "shares/templates/share.html",
        RESIDENT,
        {
            "share": LASTING,
            "link": "https://furong.example/shl#shlink:/e30",
            "left": 1,
            "sections": ["过敏"],
            "code": _CODE,
        },
    ),
    "share over": ("shares/templates/over.html", RESIDENT, {"share": OVER}),
    "share of wrong passcodes": (
        "shares/templates/over.html",
        RESIDENT,
        {"share": replace(OVER, attempts=0)},
    ),
    "paper": ("shares/templates/paper.html", RESIDENT, _PAPER),
    "paper refused": (
        "shares/templates/paper.html",
        RESIDENT,
        _PAPER | {"error": "请选择多长时间。", "typed": FormData([("days", "x"), ("sensitive", "1")])},
    ),
    "sheet": (
        "shares/templates/sheet.html",
        RESIDENT,
        _sheet(people.five_diseases(), share=LASTING, code=_CODE),
    ),
    "sheet of nobody": (
        "shares/templates/sheet.html",
        RESIDENT,
        _sheet(people.nobody_knows(), share=None, code=None),
    ),
    "viewer": ("shares/templates/viewer.html", None, _ASKING),
    "viewer refused": (
        "shares/templates/viewer.html",
        None,
        _ASKING
        | {
            "link": "shlink:/<b>",
            "recipient": "<b>王医生</b>",
            "error": "请写您是谁：对方以后看得到谁看过。",
        },
    ),
    "viewer passcode": ("shares/templates/viewer.html", None, _ASKING | {"left": 1}),
    "viewer after its end": (
        "shares/templates/viewer.html",
        None,
        _ASKING | {"error": "到时间了，给您看的内容已经收起。还要看，请对方再做一个二维码。", "over": True},
    ),
    "viewer closed": ("shares/templates/viewer.html", None, _ASKING | {"left": 0}),
    "opened": ("shares/templates/opened.html", None, _opened(people.five_diseases(), *SECTIONS)),
    "opened a part": ("shares/templates/opened.html", None, _opened(people.five_diseases(), "allergies")),
    "opened nothing": ("shares/templates/opened.html", None, _opened(people.nobody_knows(), *SECTIONS)),
}

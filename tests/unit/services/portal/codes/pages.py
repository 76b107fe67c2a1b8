"""Models of the workbench's pages, for the component tests of all pages."""

from datetime import UTC, datetime
from typing import Any

from services.mapping import Target
from services.portal.codes.presenters import Code, Deed
from services.portal.codes.suggestions import Suggestion
from services.portal.page import Reader

STEWARD = Reader("演示数据管理员", "steward")
NOW = datetime(2026, 11, 26, tzinfo=UTC)
GLUCOSE = Target("http://loinc.org", "2345-7", "Glucose <b>", "2.80")
LIKELY = Suggestion(GLUCOSE, 0.87, same_words=2, same_code=1, used=1000)
WAITS = Code("t", "<i>HX</i>", "G<b>", "urn:x", "OBX-3", 3, 1, ("葡萄糖", "<script>"), LIKELY)
RUNS = Code("u", "HX", "K", "urn:x", "OBX-3", 2, 1, (), None, GLUCOSE, 5)
CODES: dict[str, Any] = {
    "source": "", "sources": [("<i>HX</i>", 3), ("B", 1)], "total": 41, "codes": [WAITS, RUNS],
    "running": [RUNS], "lately": [RUNS], "left": [WAITS], "at": 2, "pages": 3,
}  # fmt: skip
NOTHING: dict[str, Any] = {
    "codes": [], "running": [], "lately": [], "left": [], "sources": [], "total": 0, "pages": 0,
}  # fmt: skip
ONE: dict[str, Any] = {
    "code": WAITS, "state": "等待映射", "waits": True, "running": False, "settled": False, "reason": "",
    "suggestions": [LIKELY, Suggestion(GLUCOSE, 1.0, used=4)], "asked": "<q>", "found": [LIKELY],
    "deeds": [Deed("<b>某人", NOW, "mapped to x")], "again": None,
}  # fmt: skip
EXACT: dict[str, Any] = {"source": "HX", "codes": [WAITS], "done": 1, "kept": 2}
PAGES: dict[str, tuple[str, Reader | None, dict[str, Any]]] = {
    "codes": ("codes/templates/codes.html", STEWARD, CODES),
    "no codes": (
        "codes/templates/codes.html",
        STEWARD,
        CODES | NOTHING,
    ),
    "a code": ("codes/templates/code.html", STEWARD, ONE),
    "a code being run": (
        "codes/templates/code.html",
        STEWARD,
        ONE | {"code": RUNS, "waits": False, "running": True, "again": 2, "deeds": []},
    ),
    "a code left": (
        "codes/templates/code.html",
        STEWARD,
        ONE | {"waits": False, "reason": "<b>院内", "again": -1, "state": "不映射"},
    ),
    "nothing alike": ("codes/templates/code.html", STEWARD, ONE | {"suggestions": [], "found": []}),
    "exact": ("codes/templates/exact.html", STEWARD, EXACT),
    "none exact": ("codes/templates/exact.html", STEWARD, EXACT | {"codes": [], "done": None}),
}

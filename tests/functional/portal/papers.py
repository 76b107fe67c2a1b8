"""Documents and reports of the page tests (HTEST), with files of many kinds, sound and damaged."""

import base64
from typing import Any

from tests.functional.portal.conftest import Site
from tests.functional.portal.region import RESIDENT, STRANGER

PDF = b"%PDF-1.4\n% HTEST\n"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
HTML = b"<script>document.title = 'HTEST run'</script>"
WORDS = "HTEST 出院小结：镕药每日一次"
_ENCOUNTER = {"reference": "Encounter/htest-visit"}
_LOCAL = {"coding": [{"system": "http://loinc.org", "code": "718-7"}], "text": "HTEST 血红蛋白"}


def inline(type: str, raw: bytes, title: str = "") -> dict[str, Any]:
    """An Attachment that holds its bytes."""
    return {"contentType": type, "data": base64.b64encode(raw).decode()} | ({"title": title} if title else {})


def document(id: str, *attachments: dict[str, Any], patient: str = RESIDENT, **more: Any) -> dict[str, Any]:
    """A DocumentReference of a patient."""
    return {
        "resourceType": "DocumentReference", "id": id, "status": "current", "docStatus": "final",
        "description": f"HTEST {id}", "date": "2026-11-20T08:00:00+08:00",
        "subject": {"reference": f"Patient/{patient}"}, "author": [{"display": "HTEST 罗医生"}],
        "content": [{"attachment": each} for each in attachments],
    } | more  # fmt: skip


def binary(id: str, type: str, raw: bytes, patient: str | None = RESIDENT) -> dict[str, Any]:
    """A Binary in the file of a patient, or in nobody's."""
    context = {"securityContext": {"reference": f"Patient/{patient}"}} if patient else {}
    return {"resourceType": "Binary", "id": id, "contentType": type, **context} | {
        "data": base64.b64encode(raw).decode()
    }


def papers() -> list[dict[str, Any]]:
    """Everything."""
    subject = {"subject": {"reference": f"Patient/{RESIDENT}"}}
    report = {
        "resourceType": "DiagnosticReport", "id": "htest-report", "status": "amended", **subject,
        "code": {"text": "HTEST 血常规"}, "conclusion": "HTEST 轻度贫血", "encounter": _ENCOUNTER,
        "effectiveDateTime": "2026-11-20",
        "performer": [{"reference": "Practitioner/zhou"}],
    }  # fmt: skip
    result = {
        "resourceType": "Observation", "id": "htest-hb", "status": "final", "code": _LOCAL, **subject,
        "effectiveDateTime": "2026-11-20", "valueQuantity": {"value": 101, "unit": "g/L"},
        "referenceRange": [{"low": {"value": 130}, "high": {"value": 175}}],
    }  # fmt: skip
    form = {"contentType": "image/png", "url": "Binary/htest-png", "title": "HTEST 图"}
    visit = {
        "resourceType": "Encounter", "id": "htest-visit", "status": "finished", "class": {"code": "AMB"},
        "period": {"start": "2026-11-20", "end": "2026-11-20"}, **subject,
        "reasonCode": [{"text": "HTEST 头晕"}],
    }  # fmt: skip
    drug = {
        "resourceType": "MedicationRequest", "id": "htest-drug", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "HTEST 铁剂"}, "encounter": _ENCOUNTER, **subject,
        "authoredOn": "2026-11-20",
    }  # fmt: skip
    svg = inline("image/svg+xml", b"<svg/>")
    false = inline("application/pdf", HTML)
    paper = inline("application/pdf", PDF, "../../出院\u202e小结.pdf")
    return [
        report | {"result": [{"reference": "Observation/htest-hb"}]}, result, visit, drug,
        report | {"id": "htest-picture", "code": {"text": "HTEST 胸片"}, "presentedForm": [form]},
        binary("htest-png", "image/png", PNG),
        binary("htest-theirs", "image/png", PNG, STRANGER),
        binary("htest-nobodys", "image/png", PNG, None),
        document("pdf", paper, context={"encounter": [_ENCOUNTER]}),
        document("text", inline("text/plain;charset=GB18030", WORDS.encode("gb18030"))),
        document("unknown", inline("text/plain;charset=x-htest", b"\xff\xfe")),
        document("html", inline("text/html", HTML), svg, false),
        document("damaged", {"contentType": "application/pdf", "data": "%%%"}, docStatus="preliminary"),
        document("missing", {"contentType": "image/png", "url": "Binary/htest-none"}),
        document("theirs", {"contentType": "image/png", "url": "Binary/htest-theirs"}),
        document("nobodys", {"contentType": "image/png", "url": "Binary/htest-nobodys"}),
        document("elsewhere", {"contentType": "image/png", "url": "https://x.example/a.png"}),
        document("withdrawn", inline("application/pdf", PDF), status="entered-in-error"),
        document("strangers", inline("application/pdf", PDF), patient=STRANGER),
    ]  # fmt: skip


async def filed(site: Site, *more: dict[str, Any]) -> None:
    """Put them all into the store."""

    async def work(tx: Any) -> None:
        for each in (*papers(), *more):
            tx.put(each)

    await site.platform.store.resources.transact(work)

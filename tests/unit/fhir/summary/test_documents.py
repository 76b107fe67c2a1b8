import base64

from fhir.summary.documents import documents, plain_text
from fhir.summary.file import health_file
from fhir.summary.title import title
from tests.support.people import ago, of


def test_reports_and_documents_newest_first_with_their_conclusion() -> None:
    report = of() | {
        "resourceType": "DiagnosticReport", "status": "preliminary", "code": {"text": "胸片"},
        "effectiveDateTime": ago(5), "conclusionCode": [{"text": "正常"}],
    }  # fmt: skip
    letter = of() | {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": {"text": "出院记录"},
        "date": f"{ago(2)}T08:00:00Z",
    }
    lines = documents(health_file([report, letter]))
    assert [(line.title, line.conclusion, line.preliminary) for line in lines] == [
        ("出院记录", "", False),
        ("胸片", "正常", True),
    ]


def test_a_document_is_called_as_it_is_elsewhere() -> None:
    paper = of() | {"resourceType": "DocumentReference", "status": "current", "type": {"text": "门诊病历"}}
    attached = of() | {
        "resourceType": "DocumentReference", "status": "current",
        "type": {"coding": [{"code": "34133-9"}]}, "content": [{"attachment": {"title": "HTEST 小结"}}],
    }  # fmt: skip
    for resource in (paper, attached):
        (line,) = documents(health_file([resource]))
        assert (line.title, line.title.english) == (title(resource), title(resource).english)


def test_what_no_longer_holds_is_not_shown() -> None:
    replaced = of() | {"resourceType": "DocumentReference", "status": "superseded", "description": "旧"}
    wrong = of() | {"resourceType": "DiagnosticReport", "status": "entered-in-error", "code": {"text": "错"}}
    assert documents(health_file([replaced, wrong])) == []


def test_a_document_that_was_an_error_is_not_shown() -> None:
    paper = of() | {"resourceType": "DocumentReference", "status": "current", "docStatus": "entered-in-error"}
    assert documents(health_file([paper])) == []


def test_plain_text_is_read_and_nothing_else() -> None:
    data = base64.b64encode("HTEST 随访".encode()).decode()
    assert (
        plain_text({"attachment": {"contentType": "text/plain;charset=utf-8", "data": data}}) == "HTEST 随访"
    )
    for attachment in (
        {"contentType": "application/pdf", "data": data},
        {"contentType": "text/plain", "data": "%%%"},
        {"contentType": "text/plain", "data": base64.b64encode(b"\xff").decode()},
        {"contentType": "text/plain", "url": "Binary/1"},
    ):
        assert plain_text({"attachment": attachment}) == ""

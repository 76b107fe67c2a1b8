from fhir.summary.documents import documents
from fhir.summary.file import health_file
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


def test_what_no_longer_holds_is_not_shown() -> None:
    replaced = of() | {"resourceType": "DocumentReference", "status": "superseded", "description": "旧"}
    wrong = of() | {"resourceType": "DiagnosticReport", "status": "entered-in-error", "code": {"text": "错"}}
    assert documents(health_file([replaced, wrong])) == []


def test_a_document_that_was_an_error_is_not_shown() -> None:
    paper = of() | {"resourceType": "DocumentReference", "status": "current", "docStatus": "entered-in-error"}
    assert documents(health_file([paper])) == []

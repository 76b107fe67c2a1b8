"""adapters.v2_to_fhir.datatypes.annotation: comments."""

from adapters.v2_to_fhir.datatypes.annotation import annotate
from adapters.v2_to_fhir.draft import Draft
from tests.unit.adapters.v2_to_fhir.given import context


def annotated(nte: str, *drafts: Draft) -> bool:
    where = context(nte)
    return all(annotate(draft, where.message.segments[1], where) for draft in drafts)


def test_a_comment_with_author_and_time() -> None:
    draft = Draft("Observation", "1")
    assert annotated("NTE|1||已复查~请结合临床||D1^王^医生|202601051000", draft)
    (note,) = draft.elements["note"]
    assert note["text"] == "已复查\n请结合临床"
    assert note["time"] == "2026-01-05T10:00:00+08:00"
    assert note["authorReference"]["display"] == "王医生"


def test_a_report_has_its_comments_as_lines_of_the_conclusion() -> None:
    draft = Draft("DiagnosticReport", "1")
    assert annotated("NTE|1||一", draft)
    assert annotated("NTE|2||二", draft)
    assert draft.elements["conclusion"] == "一\n二"


def test_null_deletes_and_nothing_is_nothing() -> None:
    draft = Draft("Observation", "1")
    assert annotated('NTE|1||""', draft)
    assert draft.nulls == {"note"}
    assert not annotated("NTE|1||", Draft("Observation", "1"))

"""adapters.v2_to_fhir.datatypes.annotation: comments."""

from itertools import permutations

from adapters.v2_to_fhir.datatypes.annotation import annotate
from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.merge import merge
from tests.unit.adapters.v2_to_fhir.given import context, converted, drafts


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
    draft, report = Draft("Observation", "1"), Draft("DiagnosticReport", "1")
    assert annotated('NTE|1||""', draft, report)
    assert (draft.lists, report.nulls) == ({"note": {"NTE": 0}}, {"conclusion"})
    assert not annotated("NTE|1||", Draft("Observation", "1"))


def test_a_deleted_comment_stays_deleted_whichever_message_comes_first() -> None:
    """Checklist lines 36, 38 and 41: an older comment, or a replay of it, brings nothing back."""
    told = [
        drafts(
            converted(
                "PID|||P1",
                "OBR|1|O1||A^a^L",
                "OBX|1|ST|B^b^L||x||||||F",
                nte,
                kind="ORU^R01",
                sent=f"2026010{day}080000",
            ),
            "Observation",
        )[0]
        for day, nte in ((5, "NTE|1||旧"), (6, 'NTE|1||""'))
    ]
    for order in [*permutations(told), (*told, *told)]:
        resource, memory = merge(None, {}, order[0])
        for draft in order[1:]:
            resource, memory = merge(resource, memory, draft)
            assert draft is told[1] or "note" not in resource
        assert "note" not in resource

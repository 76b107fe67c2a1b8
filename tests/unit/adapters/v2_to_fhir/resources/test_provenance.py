"""adapters.v2_to_fhir.resources.provenance: one for each message."""

from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources


def test_it_names_everything_that_the_message_made() -> None:
    made = converted("PID|||P1", "AL1|1|DA|^a")
    (one,) = resources(made, "Provenance")
    named = [target["reference"] for target in one["target"]]
    assert named == [draft.reference for draft in made.drafts if draft.type != "Provenance"]
    assert made.drafts[-1].type == "Provenance"


def test_it_is_the_same_at_a_replay_and_another_for_another_message() -> None:
    ids = [drafts(converted("PID|||P1", sent=sent), "Provenance")[0] for sent in ("20260105", "20260105")]
    assert ids[0].id == ids[1].id
    assert drafts(converted("PID|||P2"), "Provenance")[0].id != ids[0].id


def test_who_entered_it() -> None:
    (one,) = resources(converted("EVN|A08|20260105|||D1^王^医生", "PID|||P1"), "Provenance")
    assert [agent["type"]["coding"][0]["code"] for agent in one["agent"]] == [
        "author",
        "assembler",
        "enterer",
    ]


def test_a_message_without_a_time_has_none() -> None:
    made = converted("PID|||P1", sent="")
    assert drafts(made, "Provenance") == []
    assert "MSH[1]-7: no time, so no Provenance" in made.warnings

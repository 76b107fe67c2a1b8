"""adapters.v2_to_fhir.conversion: everything in a message is represented or listed."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.conversion import Conversion, convert
from adapters.v2_to_fhir.merge import merge
from fhir.resource import Resource, parse, serialize
from fhir.validation import validate
from tests.unit.adapters.v2_to_fhir.given import SOURCE, converted, identify, resources

CORPUS = sorted(Path("../shared/corpora/hl7v2").glob("**/*.hl7"))


def references(conversion: Conversion) -> set[str]:
    text = b"".join(serialize(merge(None, {}, draft)[0]) for draft in conversion.drafts).decode()
    return set(re.findall(r'"reference":"([^"]+)"', text))


def sound(conversion: Conversion) -> None:
    """References resolve, every resource is valid R4, and merging it again changes nothing."""
    known = {draft.reference for draft in conversion.drafts} | {SOURCE.organization}
    assert references(conversion) <= known
    for draft in conversion.drafts:
        resource, memory = merge(None, {}, draft)
        again, remembered = merge(resource, memory, draft)
        assert (serialize(again), remembered) == (serialize(resource), memory)
        issues = validate(parse(serialize(resource)))
        assert [issue for issue in issues if issue.severity in ("error", "fatal")] == []


@pytest.mark.skipif(not CORPUS, reason="the corpora are not at ../shared")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_public_messages(path: Path) -> None:
    text = path.read_bytes().decode("utf-8-sig", "replace")
    sound(convert(Message.parse(text), SOURCE, identify))


def test_the_same_message_makes_the_same_ids_and_another_control_id_too() -> None:
    segments = ("PID|||P1||张三", "OBR|1", "OBX|1|NM|X||1", "OBX|2|NM|X||2")
    one, other = (converted(*segments, kind="ORU^R01", sent=sent) for sent in ("20260105", "20260106"))
    ids = [[draft.reference for draft in made.drafts if draft.type != "Provenance"] for made in (one, other)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])


def test_no_warning_repeats_a_value() -> None:
    secret = "SECRET1"
    made = converted(
        f"PID|||{secret}^^^^{secret}||张三||{secret}|{secret}||||||||{secret}|||{secret}||||||{secret}",
        f"OBX|1|NM|X||{secret}|{secret}||{secret}|||{secret}|||{secret}",
    )
    assert len(made.warnings) > 4
    assert secret not in " ".join(made.warnings + made.unmapped)


VALUES = st.sampled_from(
    ["", "", '""', "A", "1", "张三", "20260105", "20260230", "a^b&c~d", "^^^", "\\F\\", "I10"]
)
NAMES = (
    *("PID", "PV1", "PV2", "NK1", "AL1", "DG1", "IN1", "PR1", "OBR", "ORC", "OBX", "NTE"),
    *("SPM", "RXA", "RXE", "RXO", "RXR", "TQ1", "ZZZ", "EVN", "PD1", "IAM"),
)
SEGMENTS = st.sampled_from(NAMES)
LINES = st.builds(lambda name, fields: "|".join([name, *fields]), SEGMENTS, st.lists(VALUES, max_size=30))
KINDS = st.sampled_from(["ADT^A01", "ADT^A03", "ADT^A12", "ORU^R01", "ORM^O01", "RDE^O11", "VXU^V04"])


@settings(max_examples=120, deadline=None, database=None)
@given(KINDS, st.lists(LINES, max_size=9))
def test_no_message_breaks_it_and_nothing_is_lost(kind: str, lines: list[str]) -> None:
    made = converted(*lines, kind=kind)
    sound(made)
    again = converted(*lines, kind=kind)
    assert [draft.reference for draft in made.drafts] == [draft.reference for draft in again.drafts]
    results = sum(line.startswith("OBX") for line in lines)
    kept = sum(draft.type == "Observation" for draft in made.drafts)
    listed = {place.split("-")[0] for place in made.unmapped if place.startswith("OBX")}
    assert results <= kept + len(listed)


def test_one_diagnosis_twice_is_one_condition() -> None:
    made = converted("PID|||P1", "DG1|1||I10^高血压^I10", "DG1|2||I10^高血压^I10")
    assert len(resources(made, "Condition")) == 1


def test_one_patient_twice_is_one_draft() -> None:
    made = converted("PID|||P1||张三", 'PID|||P1||||||""', "PID|||P1|||||M")
    (patient,) = resources(made, "Patient")
    assert (patient["name"][0]["text"], patient["gender"]) == ("张三", "male")
    sound(made)


@settings(max_examples=60, deadline=None, database=None)
@given(st.lists(st.tuples(KINDS, st.integers(10, 14), st.lists(LINES, max_size=5)), max_size=4))
def test_messages_one_after_another_leave_valid_resources(messages: list[tuple[str, int, list[str]]]) -> None:
    store: dict[str, tuple[Resource, dict[str, Any]]] = {}
    for kind, hour, lines in messages:
        made = converted("PID|||P1", *lines, kind=kind, sent=f"20260105{hour}0000")
        for draft in made.drafts:
            resource, memory = store.get(draft.reference, (None, {}))
            store[draft.reference] = merge(resource, memory, draft)
    for resource, _ in store.values():
        issues = validate(parse(serialize(resource)))
        assert [issue for issue in issues if issue.severity in ("error", "fatal")] == []


def test_counts_in_are_counts_out_and_listed() -> None:
    """Checklist line 62: of each kind of segment what is in a resource, and what is only listed."""
    told = converted(
        "PID|1||P1||张三HTEST||19580312|M",
        "OBR|1||F1|X^X^LN",
        "OBX|1|NM|2345-7^Glucose^LN||5.1||||||F",
        "NTE|1||空腹",
        "OBX|2|NM|2160-0^Crea^LN||80||||||F",
        "ZLB|1|x",
        "GT1|1||张父HTEST",
        kind="ORU^R01",
    )
    assert told.counts == {
        "PID": (1, 1, 0),
        "OBR": (1, 1, 0),
        "OBX": (2, 2, 0),
        "NTE": (1, 1, 0),
        "ZLB": (1, 0, 1),
        "GT1": (1, 0, 1),
    }


@pytest.mark.parametrize(
    ("kind", "lines", "segment"),
    [
        ("ORM^O01", ("ORC|NW|O1", "RXO|A1^阿司匹林^L|100||mg", "RXR|PO^口服", "RXR|IV^静脉"), "RXR"),
        ("RDS^O13", ("ORC|RE|O1", "RXD|1|A1^阿司匹林^L|20260105|10", "RXR|PO^口服", "RXR|IV^静脉"), "RXR"),
        ("VXU^V04", ("ORC|RE|O1|F1", "RXA|0|1|20260105||03^MMR^CVX|1", "RXR|IM", "RXR|SC"), "RXR"),
        ("ADT^A01", ("PV1|1|I|||||||||||||||||V1", "PV2|||K80^结石", "PV2|||K81^炎症"), "PV2"),
    ],
)
def test_a_second_segment_that_is_only_listed_counts_as_listed(
    kind: str, lines: tuple[str, ...], segment: str
) -> None:
    """Checklist line 62: it stands beside the first one in its group and is in no resource."""
    told = converted("PID|1||P1||张三HTEST||19580312|M", *lines, kind=kind)
    assert f"{segment}[2]" in told.unmapped
    assert told.counts[segment] == (2, 1, 1)


def test_what_a_second_segment_says_of_the_same_is_taken_or_listed() -> None:
    told = converted(
        "PID|1||P1||张三HTEST||19580312|M",
        "PV1|1|I|||||||||||||||||V1",
        "AL1|1|DA|^青霉素||皮疹|20200101",
        "AL1|2|DA|^青霉素||休克|20210101",
    )
    (allergy,) = resources(told, "AllergyIntolerance")
    assert allergy["onsetDateTime"] == "2020-01-01"
    assert "AL1[2]-6" in told.unmapped
    assert "AL1[1]-6" not in told.unmapped

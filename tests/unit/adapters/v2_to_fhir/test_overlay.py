"""Checklist lines 56 and 67: a source's own fields, codes and defaults, without code."""

from typing import Any

import pytest

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.conversion import convert
from adapters.v2_to_fhir.merge import merge
from adapters.v2_to_fhir.overlay import read_overlay
from adapters.v2_to_fhir.source import Source
from adapters.v2_to_fhir.table import MapError

SOURCE = Source("TEST1", "Organization/t1")
TEXT = """
version: "2026-11"
segments:
  ZPI_Patient:
    - ZPI-1 → extension[urn:oid:1.2.3].valueString, string, ST
    - ZPI-2 → identifier[], Identifier, CX
  PID_Patient:
    - PID-23 → extension[urn:oid:1.2.4].valueString, string, ST
tables:
  AdministrativeSex: {"W": "F", "X": "M"}
defaults:
  PV1: {2: "O"}
"""
MESSAGE = (
    "MSH|^~\\&|HIS|TEST1|FURONG|REGION|20260301080000||ADT^A04|1|P|2.4||||||UTF-8\r"
    "EVN|A04|20260301080000\r"
    "PID|1||P1^^^TEST1^PI||张^三HTEST||19580312|W|||||||||||||||成都\r"
    "ZPI|职工医保|Z9^^^TEST1|未映射\r"
    "PV1|1||3B^301^1||||||||||||||||V1|||||||||||||||||||||||||20260301080000\r"
)


def converted(text: str | None, message: str = MESSAGE) -> tuple[dict[str, Any], Any]:
    source = SOURCE if text is None else read_overlay(text, "my.yaml").on(SOURCE)
    conversion = convert(Message.parse(message), source, lambda key: key.replace("|", "-")[:64])
    return {draft.type: merge(None, {}, draft)[0] for draft in conversion.drafts}, conversion


def test_what_the_overlay_says_is_in_the_resources() -> None:
    before, told = converted(None)
    after, now = converted(TEXT)
    assert {"ZPI[1]-1", "ZPI[1]-2", "ZPI[1]-3"} <= set(told.unmapped)
    assert [place for place in now.unmapped if place.startswith("ZPI")] == ["ZPI[1]-3"]
    extensions = {each["url"]: each["valueString"] for each in after["Patient"]["extension"]}
    assert (extensions["urn:oid:1.2.3"], extensions["urn:oid:1.2.4"]) == ("职工医保", "成都")
    assert "Z9" in [each["value"] for each in after["Patient"]["identifier"]]
    assert before["Patient"].get("gender") != "female"
    assert after["Patient"]["gender"] == "female"
    assert after["Encounter"]["class"]["code"] == "AMB"


def test_each_output_tells_its_map_version() -> None:
    assert "policy" not in converted(None)[0]["Provenance"]
    (policy,) = converted(TEXT)[0]["Provenance"]["policy"]
    assert policy.endswith(":maps:2026-11")


def test_a_row_replaces_the_shipped_rows_of_its_field() -> None:
    text = 'version: "1"\nsegments: {PID_Patient: ["PID-8 → extension[urn:oid:9].valueString, string, ST"]}'
    (patient,) = [each for name, each in converted(text)[0].items() if name == "Patient"]
    assert "gender" not in patient
    assert {"url": "urn:oid:9", "valueString": "W"} in patient["extension"]


def test_a_default_stands_only_where_nothing_was_sent() -> None:
    text = 'version: "1"\ndefaults: {PID: {8: "M", 16: "M^已婚"}}'
    sent = converted(text, MESSAGE.replace("|W|", "|F|"))[0]["Patient"]
    empty = converted(text, MESSAGE.replace("|W|", "||"))[0]["Patient"]
    assert (sent["gender"], empty["gender"]) == ("female", "male")
    assert empty["maritalStatus"]["coding"][0]["code"] == "M"


RESULT = (
    "MSH|^~\\&|LIS|TEST1|FURONG|REGION|20260301080000||ORU^R01|1|P|2.4||||||UNICODE UTF-8\r"
    "PID|1||P1^^^TEST1^PI||张^三HTEST||19580312|Q1\r"
    "NK1|1|李^四HTEST|Q2\r"
    "OBR|1||F1|X^检验^NLIS\r"
    "OBX|1|NM|GLU^葡萄糖^NLIS||5.1||||||F\r"
    "OBX|2|ST|^备注||正常||||||F\r"
)


@pytest.mark.parametrize(
    "text",
    [
        'version: "1"\nsystems: {NLIS: "http://new.example/lis"}',
        'version: "1"\ndefaults: {PID: {16: "M"}, OBX: {14: "20260301"}}',
        'version: "1"\ntables: {AdministrativeSex: {"Q1": "F"}, Relationship: {"Q2": "SPO"}}',
    ],
)
def test_resources_stay_the_same_ones_when_their_message_is_read_by_an_overlay(text: str) -> None:
    """Checklist lines 33 and 34: else a replay would file a result a second time."""
    before, after = converted(None, RESULT)[1], converted(text, RESULT)[1]
    assert [each.reference for each in before.drafts] == [each.reference for each in after.drafts]
    assert [each.elements for each in before.drafts] != [each.elements for each in after.drafts]


def test_a_code_of_the_source_is_kept_beside_its_translation() -> None:
    text = 'version: "1"\ntables: {MaritalStatus: {"Q3": "M", "结过": "M"}}'
    for sent, kept in (("Q3^已婚", "Q3"), ("^结过", None)):
        message = MESSAGE.replace("|W||||", f"|W||||||||{sent}|||", 1)
        status = converted(text, message)[0]["Patient"]["maritalStatus"]
        own = [one["code"] for one in status["coding"] if one["system"] == f"{SOURCE.urn}:code"]
        assert (status["coding"][0]["code"], own) == ("M", [kept] if kept else [])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- a", "my.yaml: an overlay has"),
        ("version: 1", "my.yaml: version"),
        ('version: "1"\nmore: 2', "my.yaml: an overlay has"),
        ('version: "1"\nsegments: {ZPI: [x]}', "my.yaml: segments: ZPI"),
        ('version: "1"\nsegments: {ZPI_Patent: [x]}', "my.yaml: segments: ZPI_Patent"),
        ('version: "1"\nsegments: {ZPI_Patient: []}', "my.yaml: segments: ZPI_Patient"),
        ('version: "1"\nsegments: {ZPI_Patient: ["ZPI-1"]}', "my.yaml: segments: ZPI_Patient: row 'ZPI-1'"),
        ('version: "1"\nsegments: {ZPI_Patient: ["PID-1 → active, boolean, ID"]}', "another segment"),
        ('version: "1"\nsegments: {ZPI_Patient: ["ZPI-1 → colour, string, ST"]}', "no element colour"),
        ('version: "1"\nsegments: {ZPI_Patient: ["ZPI-1 → gender, code, XYZ"]}', "my.yaml: segments"),
        ('version: "1"\ntables: {Sex: {"1": "M"}}', "my.yaml: tables: Sex: there is no such table"),
        ('version: "1"\ntables: {NoKnownAllergy: {"1": "M"}}', "the same for every source"),
        ('version: "1"\ntables: {AdministrativeSex: {"1": "Q9"}}', "the table has no code 'Q9'"),
        ('version: "1"\ntables: {AdministrativeSex: {1: "M"}}', "tables: AdministrativeSex: 1"),
        ('version: "1"\ndefaults: {MSH: {9: "A"}}', "my.yaml: defaults: MSH"),
        ('version: "1"\ndefaults: {PID: {8: "a|b"}}', "my.yaml: defaults: PID: 8"),
        ('version: "1"\nsystems: {ICD: 10}', "my.yaml: systems: ICD"),
        ("version: [", "my.yaml: this is no YAML (line "),
        ("x" * 100_001, "at most 100000"),
    ],
)
def test_a_wrong_overlay_is_refused_at_its_place(text: str, place: str) -> None:
    with pytest.raises(MapError) as error:
        read_overlay(text, "my.yaml")
    assert place in str(error.value)

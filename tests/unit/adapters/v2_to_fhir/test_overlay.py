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

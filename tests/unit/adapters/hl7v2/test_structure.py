"""Structures by MSH-9 and by the segments (line 19 of the feed's checklist)."""

import importlib

import pytest

from adapters.hl7v2.message import Message
from adapters.hl7v2.structure import event_of, events, structure_of, structures, types


def message(header: str, *segments: str) -> Message:
    return Message.parse(
        f"MSH|^~\\&|A||||20260101||{header}|1|P|2.5.1\r" + "".join(f"{s}|\r" for s in segments)
    )


@pytest.mark.parametrize(
    ("header", "structure"),
    [
        ("ADT^A01^ADT_A01", "ADT_A01"),
        ("ADT^A04", "ADT_A01"),
        ("ADT^A08", "ADT_A01"),
        ("ADT^A13", "ADT_A01"),
        ("ADT^A08^ADT_A08", "ADT_A01"),
        ("adt^a28", "ADT_A05"),
        ("ADT^A31", "ADT_A05"),
        ("ADT^A02", "ADT_A02"),
        ("ADT^A03", "ADT_A03"),
        ("ADT^A11", "ADT_A09"),
        ("ADT^A11^ADT_A11", "ADT_A09"),
        ("ADT^A40", "ADT_A39"),
        ("ADT^A40^ADT_A40", "ADT_A39"),
        ("ADT^A34", "ADT_A30"),
        ("ORU^R01", "ORU_R01"),
        ("ORU^^ORU_R01", "ORU_R01"),
        ("RDE^O11", "RDE_O11"),
        ("RDE^O25", "RDE_O11"),
        ("VXU^V04^VXU_V04", "VXU_V04"),
        ("SIU^S14", "SIU_S12"),
        ("MDM^T09", "MDM_T01"),
        ("ADT^A08^ADT_A05", "ADT_A05"),
        ("ZZZ^Z01^ZZZ_Z01", "ZZZ_Z01"),
        ("", ""),
    ],
)
def test_follows_table_0354(header: str, structure: str) -> None:
    assert structure_of(message(header)) == structure


@pytest.mark.parametrize(
    ("segments", "structure"),
    [
        (("PID", "OBR", "OBX"), "ORU_R01"),
        (("PID", "RXA", "OBX"), "VXU_V04"),
        (("PID", "ORC", "RXE"), "RDE_O11"),
        (("PID", "MRG"), "ADT_A39"),
        (("PID", "PV1"), "ADT_A01"),
        (("PID",), "ADT_A05"),
        (("ZZ1",), ""),
    ],
)
def test_else_the_segments_tell(segments: tuple[str, ...], structure: str) -> None:
    assert structure_of(message("", *segments)) == structure


@pytest.mark.parametrize(
    ("header", "segments", "event"),
    [
        ("ADT^A08^ADT_A01", "", "ADT^A08"),
        ("adt^a08", "", "ADT^A08"),
        ("ADT", "EVN|A03|2026\r", "ADT^A03"),
        ("ORU^^ORU_R01", "", "ORU^R01"),
        ("ORU", "", "ORU^"),
        ("", "", "^"),
    ],
)
def test_names_type_and_event(header: str, segments: str, event: str) -> None:
    parsed = Message.parse(f"MSH|^~\\&|A||||20260101||{header}|1|P|2.5.1\r{segments}")
    assert event_of(parsed) == event


def test_knows_the_types_of_every_version() -> None:
    known: set[str] = set()
    for version in ("2_3_1", "2_4", "2_5_1", "2_7", "2_8_2"):
        known |= {
            name.partition("_")[0] for name in importlib.import_module(f"hl7apy.v{version}.messages").MESSAGES
        }
    assert known - types() == set()


def test_every_event_leads_to_one_structure() -> None:
    assert events()["ADT^A01"] == "ADT_A01"
    assert set(events().values()) <= set(structures())
    assert all(len(pair) in (7,) for pair in events())

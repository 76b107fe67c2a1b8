"""Message structure: which abstract structure a message has, and which types and events HL7 defines.

HL7 v2 tables 0076 (message type), 0003 (event type) and 0354 (message structure), as data in
`data/structures.csv` (from the v2-to-FHIR guide's CC0 table, with the older versions' rows added).
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from adapters.hl7v2.message import Message

_FILE = Path(__file__).parent / "data" / "structures.csv"

# The segment that tells most, first found wins, for a message whose header says nothing useful.
_BY_SEGMENT = {
    "OBX": ("OBR", "ORU_R01"),
    "RXA": ("RXA", "VXU_V04"),
    "RXE": ("RXE", "RDE_O11"),
    "MRG": ("MRG", "ADT_A39"),
    "TXA": ("TXA", "MDM_T02"),
    "SCH": ("SCH", "SIU_S12"),
    "PV1": ("PID", "ADT_A01"),
    "PID": ("PID", "ADT_A05"),
}


@cache
def structures() -> Mapping[str, tuple[str, ...]]:
    """Every message structure of table 0354 with the events that use it."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = {row["structure"]: tuple(row["events"].split()) for row in csv.DictReader(file)}
    return MappingProxyType(rows)


@cache
def events() -> Mapping[str, str]:
    """The structure of every known pair: `"ADT^A08"` -> `"ADT_A01"`."""
    pairs: dict[str, str] = {}
    for structure, codes in structures().items():
        for code in codes:
            pair = f"{structure[:3]}^{code}"
            if pair not in pairs or structure[4:] == code:
                pairs[pair] = structure
    return MappingProxyType(pairs)


@cache
def types() -> frozenset[str]:
    """Every known message type (table 0076)."""
    return frozenset(structure[:3] for structure in structures())


def event_of(message: Message) -> str:
    """Type and event as `"ADT^A08"`: MSH-9, the event else from EVN-1, else from MSH-9.3; maybe `"ADT^"`."""
    field = message.header[9]
    kind = field[1].value.strip().upper()
    structure = field[3].value.strip().upper()
    event = field[2].value.strip().upper() or message.get("EVN-1").value.strip().upper()
    if not event and structure[:4] == f"{kind}_":
        event = structure[4:]
    return f"{kind}^{event}"


def structure_of(message: Message) -> str:
    """The message's structure such as `"ADT_A01"`; empty when nothing tells.

    MSH-9.3 when it is one of table 0354; senders also write type_event there (ADT_A08): then, and when it is
    empty, the table decides by type and event; else the segments present; else MSH-9.3 as it stands.
    """
    declared = message.header[9][3].value.strip().upper()
    if declared in structures():
        return declared
    known = events().get(declared.replace("_", "^", 1)) or events().get(event_of(message))
    return known or _by_segments(message) or declared


def _by_segments(message: Message) -> str:
    return next((name for a, (b, name) in _BY_SEGMENT.items() if a in message and b in message), "")

"""Messages: trigger events written as HL7 v2 text in the dialect of their house, then as bytes.

Chapter 2 (MSH), 3 (ADT), 4 (RDE, VXU) and 7 (ORU). Control ids count the messages of a house.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.demo.event import Event
from services.demo.house import House
from services.demo.segments import obx, rxa, rxe
from services.demo.segments.encoding import components, moment, segment
from services.demo.segments.pid import nk1, pid
from services.demo.segments.pv1 import al1, dg1, evn, pv1
from services.demo.segments.zed import zed

_STRUCTURES = {
    "A01": "ADT_A01", "A02": "ADT_A02", "A03": "ADT_A03", "A04": "ADT_A01", "A08": "ADT_A01",
    "A11": "ADT_A09", "A13": "ADT_A01", "A28": "ADT_A05", "A31": "ADT_A05", "R01": "ORU_R01",
    "O11": "RDE_O11", "V04": "VXU_V04",
}  # fmt: skip


@dataclass(frozen=True)
class Message:
    """One message ready to send."""

    time: datetime
    house: House
    control_id: str
    text: str

    @property
    def content(self) -> bytes:
        """The bytes in the house's character set."""
        return self.text.encode(self.house.dialect.charset)


def message(event: Event, number: int) -> Message:
    """The message of `event`, the house's `number`th."""
    control_id = f"{event.house.code}{number:08d}"
    segments = [_msh(event, control_id), *_BODIES.get(event.trigger, _admission)(event)]
    ending = event.house.dialect.ending
    return Message(event.time, event.house, control_id, "".join(each + ending for each in segments))


def _msh(event: Event, control_id: str) -> str:
    house, structure = event.house, _STRUCTURES[event.trigger]
    kind = structure[:3]
    parts = (kind, event.trigger, structure) if house.dialect.structure else (kind, event.trigger)
    written = segment(
        "MSH",
        f3=f"HIS-{house.code}",
        f4=house.code,
        f5="FURONG",
        f6="CHENGDU",
        f7=moment(event.time, house.dialect.zone),
        f9=components(*parts),
        f10=control_id,
        f11="P",
        f12=house.dialect.version,
        f17="CHN",
        f18=house.dialect.msh18,
    )
    return "MSH|^~\\&|" + written.removeprefix("MSH|||")


def _admission(event: Event) -> list[str]:
    kin = [nk1(event.house, event.resident)]
    return [
        evn(event),
        pid(event.house, event.resident),
        *kin,
        pv1(event),
        *al1(event),
        *dg1(event),
        *zed(event),
    ]


def _movement(event: Event) -> list[str]:
    return [evn(event), pid(event.house, event.resident), pv1(event), *dg1(event)]


def _result(event: Event) -> list[str]:
    orders = [obx.order(event, report, number) for number, report in enumerate(event.reports, 1)]
    return [pid(event.house, event.resident), pv1(event), *(each for order in orders for each in order)]


def _prescription(event: Event) -> list[str]:
    orders = [rxe.order(event, each) for each in event.prescriptions]
    return [pid(event.house, event.resident), pv1(event), *(each for order in orders for each in order)]


def _vaccination(event: Event) -> list[str]:
    doses = [rxa.administration(event, dose, number) for number, dose in enumerate(event.doses, 1)]
    return [
        pid(event.house, event.resident),
        nk1(event.house, event.resident),
        *(each for dose in doses for each in dose),
    ]


_BODIES: dict[str, Callable[[Event], list[str]]] = {
    "A02": _movement, "A03": _movement, "A11": _movement,
    "R01": _result, "O11": _prescription, "V04": _vaccination,
}  # fmt: skip

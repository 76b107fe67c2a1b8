"""ORC, RXE, RXR: a medicine as prescribed.

Chapter 4. ATC beside the local code; dose, form, frequency and the amount for the days of the prescription.
"""

from services.demo.catalogue import drugs
from services.demo.event import Event, Prescription
from services.demo.segments.encoding import components, moment, segment
from services.demo.segments.obx import coded
from services.demo.segments.pv1 import xcn

_ROUTES = {"PO": "口服", "SC": "皮下注射", "IH": "吸入", "IM": "肌内注射"}
_TIMES = {"QD": "每日一次", "BID": "每日两次", "TID": "每日三次", "QN": "每晚一次", "PRN": "必要时"}


def order(event: Event, prescription: Prescription) -> list[str]:
    """ORC, RXE and RXR (and TQ1 in version 2.5.1) of one prescription."""
    house, drug = event.house, drugs()[prescription.drug]
    number = components(f"{house.code}{prescription.number}", house.code)
    zone = house.dialect.zone
    assert event.visit is not None
    late = house.dialect.version == "2.5.1"
    timing = components("1", drug.frequency, f"D{drug.days}", moment(event.time, zone))
    orc = segment(
        "ORC", f1=prescription.control, f2=number, f5="IP", f9=moment(event.time, zone),
        f12=xcn(house, event.visit.doctor),
    )  # fmt: skip
    tq1 = segment(
        "TQ1", f1="1", f3=drug.frequency, f6=components(str(drug.days), "d"), f7=moment(event.time, zone)
    )
    rxe = segment(
        "RXE",
        f1="" if late else timing,
        f2=coded(house, drug, "ATC", drug.code),
        f3=drug.dose,
        f5=components(drug.unit, "", "UCUM"),
        f6=drug.form,
        f7=components("", f"{_ROUTES[drug.route]}，{_TIMES[drug.frequency]}"),
        f15=prescription.number,
    )
    rxr = segment("RXR", f1=components(drug.route, _ROUTES[drug.route], "HL70162"))
    return [orc, rxe, *([tq1] if late else []), rxr]

"""HL7 v2 messages of invented hospitals: an admission, and laboratory results. The sources are HTEST."""

import base64
import random
from datetime import datetime, timedelta, timezone
from functools import cache

from tests.performance.population import TESTS, birth, identity, name

HOSPITALS = 8
_ZONE = timezone(timedelta(hours=8))
_AREA = "510104"


def hospital(patient: int) -> str:
    """The code of the hospital whose patient this is."""
    return f"BENCH{patient % HOSPITALS}"


def visit(number: int) -> str:
    """The visit number of admission `number`."""
    return f"BV{number:08}"


def filler(number: int) -> str:
    """The laboratory's number of report `number`."""
    return f"BF{number:08}"


def control_id(message: bytes) -> bytes:
    """MSH-10 of a message."""
    return message.split(b"|", 10)[9]


def adt_a01(number: int, patient: int) -> bytes:
    """Admission `number`, of `patient`."""
    now = _now()
    return _text(
        _msh("ADT^A01^ADT_A01", f"A{number}", patient, now),
        f"EVN|A01|{now}",
        _pid(patient),
        f"PV1|1|I|3B^301^1^{hospital(patient)}||||D{number % 6}^李^医生||||||||||||{visit(number)}"
        f"|||||||||||||||||||||||||{now}",
        f"DG1|1||I10.x00^原发性高血压^I10||{now}|W",
        "AL1|1|DA|P^青霉素^L|SV|皮疹",
    )


def oru_r01(number: int, patient: int, results: int) -> bytes:
    """Report `number` with `results` numeric results of `patient`."""
    now = _now()
    return _text(
        _msh("ORU^R01^ORU_R01", f"R{number}", patient, now),
        _pid(patient),
        f"ORC|RE||{filler(number)}^{hospital(patient)}",
        f"OBR|1||{filler(number)}^{hospital(patient)}|PANEL^检验组合^99BENCH|||{now}|||||||||||||||{now}||LAB|F",
        *(_obx(position, number, now) for position in range(results)),
    )


def mdm_t02(number: int, patient: int) -> bytes:
    """Document `number` of `patient`, a message of 20 MB."""
    now = _now()
    return _text(
        _msh("MDM^T02^MDM_T02", f"M{number}", patient, now),
        f"EVN|T02|{now}",
        _pid(patient),
        f"TXA|1|CN|application^pdf|{now}||||||||{document(number)}^{hospital(patient)}|||||LA",
        f"OBX|1|ED|PDF||^application^pdf^Base64^{_pages()}||||||F",
    )


def document(number: int) -> str:
    """The number of document `number`."""
    return f"BD{number:08}"


@cache
def _pages() -> str:
    """20 MB of base64 that no compression makes small."""
    return base64.b64encode(random.Random(1).randbytes(15_000_000)).decode()


def _obx(position: int, number: int, now: str) -> str:
    code, display, unit, low, high = TESTS[position % len(TESTS)]
    own = f"T{position:02}^{display} {position}^99BENCH"
    value = low + (number + position) % (high - low)
    given = f"{code}^{display}^LN" if position < len(TESTS) else own
    return f"OBX|{position + 1}|NM|{given}||{value}|{unit}^^UCUM|{low}-{high}|N|||F|||{now}"


def _msh(type: str, control: str, patient: int, now: str) -> str:
    sending = f"BENCH|{hospital(patient)}|FURONG|REGION|{now}"
    return f"MSH|^~\\&|{sending}||{type}|{control}|P|2.5.1||||||UNICODE UTF-8"


def _pid(patient: int) -> str:
    family, given = name(patient)
    own = f"P{patient}^^^{hospital(patient)}^MR"
    citizen = f"{identity(patient, _AREA)}^^^PRC&2.16.156.10011.1.3&ISO^NNCHN"
    return f"PID|1||{own}~{citizen}||{family}^{given}||{birth(patient):%Y%m%d}|{'M' if patient % 2 else 'F'}"


def _now() -> str:
    return f"{datetime.now(_ZONE):%Y%m%d%H%M%S}"


def _text(*segments: str) -> bytes:
    return "".join(f"{segment}\r" for segment in segments).encode()

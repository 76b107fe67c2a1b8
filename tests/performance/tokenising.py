"""HL7 v2 messages read and converted, alone on one core: beside hl7apy and python-hl7 in the same run.

Each reads the same text to its last component: hl7apy and python-hl7 build their trees, ours is lazy, so
every field of it is asked for. Converting ends with the JSON of the resources.
"""

from collections.abc import Callable, Iterator, Sized
from functools import partial

import hl7
from hl7apy.parser import parse_message

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.conversion import convert
from adapters.v2_to_fhir.merge import merge
from adapters.v2_to_fhir.source import Source
from fhir.identity import custom_id
from fhir.resource import serialize
from tests.performance.alone import measured
from tests.performance.figure import Figure
from tests.performance.messages import adt_a01, oru_r01

_SOURCE = Source("BENCH", "Organization/htest-bench")


def figures() -> Iterator[Figure]:
    """For an admission and a report of 40 results: the three readers, then the conversion."""
    for name, block in (("ADT^A01", adt_a01(1, 1)), ("ORU^R01 with 40 OBX", oru_r01(1, 1, 40))):
        text = block.decode()
        yield _measured(f"{name}: read, every component", partial(_read, text))
        yield _measured(f"{name}: read by python-hl7", partial(hl7.parse, text))
        yield _measured(f"{name}: read by hl7apy", partial(_hl7apy, text))
        yield _measured(f"{name}: converted to JSON", partial(_converted, text))


def _read(text: str) -> Sized:
    fields = (field for segment in Message.parse(text) for field in segment)
    return [str(component) for field in fields for repetition in field for component in repetition]


def _hl7apy(text: str) -> Sized:
    return parse_message(text, find_groups=False).children  # type: ignore[no-any-return]


def _converted(text: str) -> Sized:
    conversion = convert(Message.parse(text), _SOURCE, _identify)
    return [serialize(merge(None, {}, draft)[0]) for draft in conversion.drafts]


def _identify(key: str) -> str:
    return custom_id(key.encode()[:16].ljust(16))


def _measured(what: str, work: Callable[[], Sized]) -> Figure:
    return measured(what, "messages", lambda: None if len(work()) else "nothing was read")

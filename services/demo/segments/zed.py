"""Z segments: what houses add on their own.

ZFB kind of payment, ZMB the mother of a child, ZPI the insurance region, ZDA the health-file number.
"""

from services.demo.event import Event
from services.demo.segments.encoding import segment


def zed(event: Event) -> list[str]:
    """The house's own segments."""
    return [written for name in event.house.dialect.z if (written := _WRITERS[name](event))]


def _payment(event: Event) -> str:
    return segment(
        "ZFB", f1="1", f2="城镇职工基本医疗保险" if event.resident.married else "城乡居民基本医疗保险"
    )


def _mother(event: Event) -> str:
    if event.resident.kin.relation != "MTH":
        return ""
    return segment("ZMB", f1="1", f2=event.resident.kin.name, f3=event.resident.kin.phone)


def _insurance(event: Event) -> str:
    return segment("ZPI", f1="510100", f2="成都市本级")


def _file(event: Event) -> str:
    return segment("ZDA", f1=f"{event.resident.area}001001{event.resident.index:05d}", f2="已建档")


_WRITERS = {"ZFB": _payment, "ZMB": _mother, "ZPI": _insurance, "ZDA": _file}

"""DeviceUseStatement: implants and devices that a person has, the newest first.

FHIR R4 DeviceUseStatement, Device.
"""

from dataclasses import dataclass, field

from fhir.resource import Resource
from fhir.summary.coding import many
from fhir.summary.file import HealthFile
from fhir.summary.moment import first_moment, stamp
from fhir.summary.source import Origin, target
from fhir.summary.wording import Wording, named


@dataclass(frozen=True, slots=True)
class DeviceUse:
    """A device, where it is in the body, from whom it is known."""

    name: Wording
    site: Wording
    in_use: bool
    origin: Origin
    original: Resource = field(default_factory=dict, compare=False, repr=False)


def devices(file: HealthFile) -> list[DeviceUse]:
    """The devices of a file."""
    known = {f"Device/{each.get('id')}": each for each in file.of("Device")}
    lines = [_line(each, known, file) for each in file.holding("DeviceUseStatement")]
    return sorted(lines, key=lambda line: stamp(line.origin.when), reverse=True)


def _line(use: Resource, known: dict[str, Resource], file: HealthFile) -> DeviceUse:
    when = first_moment(use.get("timingPeriod"), use.get("timingDateTime"), use.get("recordedOn"))
    return DeviceUse(
        _name(use.get("device") or {}, known),
        named(use.get("bodySite")),
        use.get("status") not in ("completed", "stopped"),
        file.sources.origin(use, when),
        use,
    )


def _name(reference: Resource, known: dict[str, Resource]) -> Wording:
    device = known.get(target(reference), {})
    names = [str(each.get("name") or "") for each in many(device.get("deviceName"))]
    said = next(filter(None, names), "") or str(reference.get("display") or "")
    return named(device.get("type")) or Wording(said)

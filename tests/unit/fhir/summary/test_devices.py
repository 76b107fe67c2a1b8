from typing import Any

from fhir.resource import Resource
from fhir.summary.devices import devices
from tests.support.documents import file_of
from tests.support.people import ago, concept, of, patient

PACEMAKER = {"resourceType": "Device", "id": "d", "deviceName": [{"name": "起搏器", "type": "other"}]}


def use(device: dict[str, Any], days: int = 3, status: str = "active", **more: Any) -> Resource:
    base = of() | {"resourceType": "DeviceUseStatement", "status": status, "device": device}
    return base | {"timingDateTime": ago(days)} | more


def test_a_device_has_the_name_of_its_type_or_its_own_or_that_of_the_reference() -> None:
    typed = PACEMAKER | {"id": "t", "type": concept("人工髋关节")}
    file = file_of(
        patient(), PACEMAKER, typed, use({"reference": "Device/d"}, 1), use({"reference": "Device/t"}, 2),
        use({"display": "支架"}, 3, "completed", bodySite=concept("冠状动脉")),
    )  # fmt: skip
    found = [(line.name, line.site, line.in_use) for line in devices(file)]
    assert found == [("起搏器", "", True), ("人工髋关节", "", True), ("支架", "冠状动脉", False)]


def test_what_was_only_intended_is_not_shown() -> None:
    assert devices(file_of(patient(), use({"display": "x"}, status="intended"))) == []

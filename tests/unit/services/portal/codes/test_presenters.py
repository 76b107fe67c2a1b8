from fhir.resource import Resource
from services import unmapped_codes
from services.portal.codes.presenters import Code, deeds, of_source
from services.unmapped_codes import Waiting


def test_what_was_done_comes_newest_first() -> None:
    notes = [
        {"authorString": "HTEST 张三", "time": "2026-07-01T08:00:00Z", "text": "mapped"},
        {"authorString": "HTEST 李四", "time": "2026-07-02T08:00:00Z", "text": "taken back"},
    ]
    task: Resource = {"resourceType": "Task", "note": notes}
    assert [(deed.by, deed.text) for deed in deeds(task)] == [
        ("HTEST 李四", "taken back"),
        ("HTEST 张三", "mapped"),
    ]


def test_how_many_were_run_again_is_never_below_none() -> None:
    told = {"id": "1", "source": "A", "code": "x", "system": "s", "place": "OBX-3", "held": 0}
    assert Code(**told, messages=3, before=10).done == 7  # type: ignore[arg-type]
    assert Code(**told, messages=12, before=10).done == 0  # type: ignore[arg-type]


def test_sources_with_most_codes_come_first() -> None:
    assert of_source([_waiting(source) for source in ("B", "A", "B")]) == [("B", 2), ("A", 1)]


def _waiting(source: str) -> Waiting:
    return Waiting("1", source, unmapped_codes.Code("s", "x"), {"resourceType": "Task"})

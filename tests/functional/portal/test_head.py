"""HEAD: the answer of a GET without its body, and the same record."""

from tests.functional.portal.conftest import Site
from tests.functional.portal.region import RESIDENT
from tests.functional.portal.test_untold import _closed, reader

__all__ = ["_closed"]


async def test_a_page_answers_head_like_get_and_records_the_look(site: Site) -> None:
    doctor = await reader(site, "doctor")
    path, patients = f"/clinician/patients/{RESIDENT}", [f"Patient/{RESIDENT}"]
    head = await doctor.http.head(path)
    (looked,) = await site.platform.archive.records(patients, None, 9)
    got = await doctor.get(path)
    assert (head.status_code, head.content) == (got.status_code, b"") == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert looked.agent.name == "周敏"
    assert (await doctor.http.head("/login")).status_code == 200
    assert (await doctor.http.head("/clinician/patients/nobody")).status_code == 404
    assert (await doctor.http.head("/resident")).status_code == 403
    away = await doctor.http.head("/login/federated")
    assert away.status_code == 404, "what a GET uses up a HEAD does not"
    assert (await doctor.http.head("/logout")).status_code in (404, 405)

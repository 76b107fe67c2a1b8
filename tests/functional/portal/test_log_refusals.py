"""Who looked: a refusal in the log is one of access, not a slip in a form or a file that is not there."""

import re
from datetime import datetime, timedelta

from auth import moment
from auth.audit.record import Outcome
from auth.principal import Proxied
from fhir.summary.moment import CHENGDU
from services.portal.consents.rule import Rule, consent
from tests.functional.portal.conftest import Site
from tests.functional.portal.papers import filed
from tests.functional.portal.region import RESIDENT
from tests.functional.portal.test_proxies import CHILD, _child
from tests.functional.portal.test_untold import Reader, _closed, acts_for, reader
from tests.functional.portal.test_worklist import _put

__all__ = ["_closed"]

DOCTORS = f"/clinician/patients/{RESIDENT}"
REFUSED, ENDED = "已拒绝", "没有完成"
ABSENT = "没有打开：没有这一项、打不开，或者不能看"


async def newest(log: Reader) -> str:
    """The first line of the log that is not of the log itself, without marks."""
    lines = (await log.get("/resident/access")).text.split("<li class")[1:]
    line = next(each for each in lines if "查看记录页面" not in each)
    return re.sub(r"<[^>]+>", "", line)


async def test_a_slip_in_a_form_is_no_refused_look(site: Site) -> None:
    birth = datetime.now(CHENGDU).date() - timedelta(days=3650)
    await _child(site, birth.isoformat())
    parent = await acts_for(site, "li", CHILD, Proxied.PARENT)
    wrong = {"effect": "deny", "who": "all", "what": "kinds"}
    for path in ("/resident/consents", "/resident/consents/preview"):
        assert (await parent.post(path, **wrong)).status_code == 422
        said = await newest(parent)
        assert "写查看规则，没有办成" in said
        assert ENDED in said
        assert REFUSED not in said
    (record, *_) = await site.platform.archive.records([CHILD], None, 1)
    assert record.type == "AuditEvent"
    records = await site.platform.archive.records([CHILD], None, 20)
    (slip, *_) = [each for each in records if each.type == "Consent"]
    assert (slip.outcome, slip.reason) == (Outcome.REFUSED, "invalid"), "the trail keeps what it was"


async def test_what_is_asked_twice_is_no_refused_look(site: Site) -> None:
    assert (await (await reader(site, "doctor")).get(DOCTORS)).status_code == 200
    wang = await reader(site, "wang")
    (asks, *_) = re.findall(r'href="(/resident/access/[^"]+/complaint)"', (await wang.get("/resident")).text)
    assert (await wang.post(asks, words="HTEST")).status_code == 303
    assert (await wang.post(asks, words="HTEST")).status_code == 422
    assert REFUSED not in (await wang.get("/resident/access")).text.replace("被拒绝", "")


async def test_what_is_not_there_was_not_refused(site: Site) -> None:
    await filed(site)
    doctor, wang = await reader(site, "doctor"), await reader(site, "wang")
    for path in (
        "DocumentReference/none",
        "DocumentReference/missing/files/0",
        "DocumentReference/damaged/files/0",
    ):
        assert (await doctor.get(f"{DOCTORS}/documents/{path}")).status_code == 404
        said = await newest(wang)
        assert "周敏" in said
        assert ABSENT in said, path
        assert REFUSED not in said, path
    assert (await doctor.get(f"{DOCTORS}/visits/none")).status_code == 404
    assert ABSENT in await newest(wang)


async def test_what_was_hidden_was_refused_and_is_named(site: Site) -> None:
    await filed(site)
    doctor, wang = await reader(site, "doctor"), await reader(site, "wang")
    made = consent(Rule("deny", kinds=("documents",)), f"Patient/{RESIDENT}", moment.now(), channel="web")
    await _put(site, made | {"id": "htest-rule"})
    assert (await doctor.get(f"{DOCTORS}/documents/DocumentReference/pdf")).status_code == 404
    said = await newest(wang)
    assert REFUSED in said
    assert "想看：文书：HTEST pdf" in said


async def test_a_file_that_is_closed_was_refused_whatever_was_sought_in_it(site: Site) -> None:
    doctor, li = await reader(site, "doctor"), await reader(site, "li")
    path = "/clinician/patients/stranger/documents/DocumentReference/none"
    assert (await doctor.get(path)).status_code == 404
    assert REFUSED in await newest(li)

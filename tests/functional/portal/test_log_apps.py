"""Who looked: an app is named, as what it is and by whose leave, and asked about as anybody else."""

import re

from auth.principal import Proxied
from tests.functional.portal.app import let_in, registered
from tests.functional.portal.conftest import Site
from tests.functional.portal.region import RESIDENT
from tests.functional.portal.test_untold import Reader, _closed, acts_for, reader

__all__ = ["_closed"]
PATIENT = f"Patient/{RESIDENT}"


async def _lines(log: Reader, path: str = "/resident/access") -> list[str]:
    return (await log.get(path)).text.split("<li class")[1:]


def _plain(line: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", line).split())


async def _read(site: Site, wang: Reader, name: str = "HTEST 步数") -> str:
    """The id of an app that she has let in and that has read her results and diagnoses."""
    app, secret = await registered(site, name)
    headers = await let_in(site, wang, app, secret)
    for type in ("Observation", "Condition"):
        found = await wang.http.get(f"/fhir/{type}?patient={PATIENT}", headers=headers)
        assert found.status_code == 200, found.text
    return app.id


async def test_an_app_is_named_as_acting_by_her_leave(site: Site) -> None:
    wang = await reader(site, "wang")
    await _read(site, wang)
    looks = [each for each in await _lines(wang) if "应用，经您同意" in each]
    assert looks
    said = _plain(looks[0])
    assert "HTEST 步数 应用" in said
    assert "原因 您允许这个应用查看" in said
    assert "说明不详" not in said
    assert "您本人" not in said
    assert "检查检验" in said
    assert "诊断" in said


async def test_an_app_is_counted_among_others_and_can_be_asked_about(site: Site) -> None:
    wang = await reader(site, "wang")
    await _read(site, wang)
    others = await wang.post("/resident/access", who="-")
    shown = [each for each in await _lines(wang, others.headers["location"]) if "HTEST 步数" in each]
    assert shown
    named = await wang.post("/resident/access", who="HTEST 步数")
    assert [each for each in await _lines(wang, named.headers["location"]) if "应用，经您同意" in each]
    assert any("HTEST 步数" in each for each in await _lines(wang, "/resident")), "the first page"
    (asks, *_) = re.findall(r'href="(/resident/access/[^"]+/complaint)"', shown[0])
    form = await wang.get(asks)
    assert "HTEST 步数" in form.text
    assert (await wang.post(asks, words="HTEST")).status_code == 303
    asked = [each for each in await _lines(wang) if "您的请求" in each]
    assert len(asked) == 1
    privacy = await reader(site, "privacy")
    desk = _plain((await privacy.get("/console/complaints")).text)
    assert "HTEST 步数" in desk
    assert "应用，经居民同意" in desk
    assert "您" not in desk.partition("HTEST 步数")[2].partition("居民写的")[0]


async def test_an_app_that_is_gone_is_told_by_its_id(site: Site) -> None:
    wang = await reader(site, "wang")
    id = await _read(site, wang)
    await site.platform.database["clients"].delete_one({"_id": id})
    looks = [_plain(each) for each in await _lines(wang) if "应用，经您同意" in each]
    assert f"一个已删除的应用（ {id} ）" in looks[0]


async def test_a_doctors_app_is_named_beside_the_doctor(site: Site) -> None:
    doctor, wang = await reader(site, "doctor"), await reader(site, "wang")
    app, secret = await registered(site, "HTEST 肾脏计算", launch_url="https://app.example/launch")
    page = await doctor.post("/clinician/launches", patient=RESIDENT, app=app.id)
    token = re.findall(r"launch=([^&\"]+)", page.text)[0]
    assert any("打开了应用 HTEST 肾脏计算" in _plain(each) for each in await _lines(wang))
    scope = "openid launch user/Observation.rs"
    headers = await let_in(site, doctor, app, secret, scope, launch=token)
    found = await wang.http.get(f"/fhir/Observation?patient={PATIENT}", headers=headers)
    assert found.status_code == 200, found.text
    said = next(_plain(each) for each in await _lines(wang) if "检查检验" in each)
    for part in ("周敏", "医生", "诊疗", "HTEST 肾脏计算"):
        assert part in said
    assert "经您同意" not in said


async def test_a_proxy_is_not_told_which_app(site: Site) -> None:
    wang = await reader(site, "wang")
    id = await _read(site, wang)
    for kind in (Proxied.PARENT, Proxied.ADULT):
        proxy = await acts_for(site, "li", PATIENT, kind)
        page = (await proxy.get("/resident/access")).text
        assert "HTEST 步数" not in page
        assert id not in page
        assert "一个应用" in page
        assert "应用，经居民同意" in page
        assert "长期健康" not in page


async def test_letting_an_app_in_and_taking_it_back_stand_as_that(site: Site) -> None:
    wang = await reader(site, "wang")
    id = await _read(site, wang)
    assert (await wang.post(f"/resident/apps/{id}")).status_code == 303
    said = [_plain(each) for each in await _lines(wang)]
    assert any("允许应用 HTEST 步数 查看：诊断和健康问题、检验结果和体征" in each for each in said), said
    assert any("收回了应用 HTEST 步数 的许可" in each for each in said), said
    assert not any("其他内容" in each for each in said)

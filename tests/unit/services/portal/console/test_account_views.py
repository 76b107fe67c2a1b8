"""The pages of accounts: who gets in, what an officer does, and what stands in the audit."""

import re
from datetime import timedelta

import pytest
from starlette.responses import Response

from auth import moment
from auth.audit.record import AuditRecord, Outcome
from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from auth.store import posts
from auth.store.accounts import AccountRecord
from services.portal.console import account_views as views
from tests.support.resources import put
from tests.unit.services.portal.console.conftest import Desk, body

H1, H2 = "Organization/h1", "Organization/h2"
NEW = {"login": "li.lei", "name": "测试李雷", "role": "clinician", "organization": "h1", "practitioner": "p1"}


@pytest.fixture
async def office(desk: Desk) -> Desk:
    """The desk of a security officer, with two houses and two practitioners."""
    await put(
        desk.platform.store,
        {"resourceType": "Organization", "id": "h1", "name": "HTEST"},
        {"resourceType": "Organization", "id": "h2", "name": "HTEST"},
        {"resourceType": "Practitioner", "id": "p1"},
        {"resourceType": "Practitioner", "id": "p2"},
        {"resourceType": "Patient", "id": "a"},
    )
    await desk.log_in(Role.SECURITY)
    return desk


async def made(office: Desk, login: str, house: str = H1, **more: object) -> AccountRecord:
    post = posts.fresh(Role.CLINICIAN, house, f"Practitioner/{login}", begins=moment.now() - timedelta(1))
    account = stored.fresh(login, "HTEST", [post], "x", **more)
    await stored.insert(office.platform.database, account)
    return account


async def administrator(office: Desk, *, proved: bool = True) -> AccountRecord:
    post = posts.fresh(Role.CLINICIAN, H1, "Practitioner/boss", administrator=True)
    account = stored.fresh("boss", "HTEST", [post], "x", totp=b"sealed", one_time=False)
    await stored.insert(office.platform.database, account)
    amr = ("pwd", "otp") if proved else ("pwd",)
    office.session = await sessions.start(office.platform.database, account, amr=amr)
    return account


async def again(office: Desk, account: AccountRecord) -> AccountRecord:
    found = await stored.by_id(office.platform.database, account.id)
    assert found is not None
    return found


async def act(office: Desk, account: AccountRecord, what: str, **form: str) -> Response:
    return await office.post(views.act, {"act": what, **form}, id=account.id)


async def newest(office: Desk) -> AuditRecord:
    row = await office.platform.database["audit"].find_one({"body": {"$exists": True}}, sort=[("moment", -1)])
    assert row is not None
    return AuditRecord.decode(await office.platform.store.vault.open("audit", row["body"]))


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.PRIVACY, Role.AUDITOR, Role.STEWARD])
async def test_others_are_refused(office: Desk, role: Role) -> None:
    if role is not Role.STEWARD:
        await office.log_in(role)
    else:
        account = await stored.by_login(office.platform.database, "htest-steward")
        assert account is not None
        office.session = await sessions.start(office.platform.database, account)
    target = await made(office, "li")
    for view in (views.accounts_page, views.new_page):
        assert (await office.get(view)).status_code == 403
    assert (await office.get(views.account_page, id=target.id)).status_code == 403
    assert (await act(office, target, "disable")).status_code == 403
    assert (await office.post(views.create, NEW)).status_code == 403
    assert not (await again(office, target)).disabled


async def test_an_account_is_made_and_its_password_shown_once(office: Desk) -> None:
    reply = await office.post(views.create, NEW | {"ends": "2999-12-31", "administrator": "yes"})
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    password = re.search(r"<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</code>", body(reply))
    account = await stored.by_login(office.platform.database, "li.lei")
    assert password
    assert account is not None
    assert await Passwords().verify(account.password, password[1])
    (post,) = account.posts
    assert (post.organization, post.practitioner, post.administrator) == (H1, "Practitioner/p1", True)
    record = await newest(office)
    assert (record.interaction, record.reason) == ("configure", f"account made: {account.id}")
    card = body(await office.get(views.account_page, id=account.id))
    assert password[1] not in card
    assert "机构管理员" in card


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"login": "x"}, "2到64个"),
        ({"login": "htest-security"}, "已经有人用了"),
        ({"name": " "}, "请写姓名"),
        ({"practitioner": ""}, "机构和医务人员的编号"),
        ({"practitioner": "unknown"}, "没有这个编号"),
        ({"organization": "$where"}, "没有这个编号"),
        ({"begins": "tomorrow"}, "日期要写成"),
        ({"begins": "2026-02-02", "ends": "2026-02-01"}, "之后"),
        ({"role": "auditor", "administrator": "yes"}, "兼任机构管理员"),
        ({"role": "resident", "patient": ""}, "居民要写明"),
        ({"role": "king"}, "不能这样做"),
    ],
)
async def test_what_was_typed_wrong_is_told_and_kept(office: Desk, wrong: dict[str, str], text: str) -> None:
    before = await office.platform.database["accounts"].count_documents({})
    reply = await office.post(views.create, NEW | wrong)
    assert reply.status_code == 422
    assert text in body(reply)
    assert 'value="p1"' in body(reply) or "practitioner" in wrong
    assert await office.platform.database["accounts"].count_documents({}) == before
    assert (await newest(office)).outcome is Outcome.REFUSED


async def test_a_reset_wants_a_fresh_second_factor_and_takes_everything_away(office: Desk) -> None:
    target = await made(office, "li", totp=b"sealed", one_time=False)
    open_session = await sessions.start(office.platform.database, target)
    reply = await act(office, target, "reset")
    assert reply.headers["location"] == f"/login/again?next=/console/accounts/{target.id}"
    assert (await again(office, target)).has_factor
    await administrator(office)
    reply = await act(office, target, "reset")
    assert "一次性密码" in body(reply)
    changed = await again(office, target)
    assert (changed.one_time, changed.has_factor) == (True, False)
    assert changed.reset is not None
    assert await sessions.resume(office.platform.database, open_session) is None
    record = await newest(office)
    assert (record.agent.role, record.reason) == ("clinician", f"reset of {target.id}")


async def test_disable_enable_unlock_and_end(office: Desk) -> None:
    target = await made(office, "li")
    session = await sessions.start(office.platform.database, target)
    assert (await act(office, target, "disable")).status_code == 303
    assert (await again(office, target)).disabled
    assert await sessions.resume(office.platform.database, session) is None
    assert (await act(office, target, "enable")).status_code == 303
    assert (await act(office, target, "unlock")).status_code == 303
    assert (await act(office, target, "end", post=target.posts[0].id)).status_code == 303
    assert (await again(office, target)).posts[0].over(moment.now())
    for wrong in ("end", "nonsense", ""):
        assert (await act(office, target, wrong, post="unknown")).status_code in (400, 403, 422)


async def test_posts_and_a_file_of_ones_own_are_added(office: Desk) -> None:
    target = await made(office, "p1")
    form = {"role": "clinician", "organization": "h2", "practitioner": "p1"}
    assert (await act(office, target, "appoint", **form)).status_code == 303
    assert (await act(office, target, "appoint", role="resident", patient="a")).status_code == 303
    assert (await act(office, target, "appoint", role="resident", patient="a")).status_code == 422
    changed = await again(office, target)
    assert [post.organization for post in changed.posts] == [H1, H2]
    assert changed.patient == "Patient/a"


async def test_nobody_changes_his_own_account(office: Desk) -> None:
    own = await stored.by_login(office.platform.database, "htest-security")
    assert own is not None
    for what, form in (
        ("reset", {}), ("disable", {}), ("unlock", {}), ("end", {"post": own.posts[0].id}),
        ("appoint", {"role": "clinician", "organization": "h1", "practitioner": "p1"}),
    ):  # fmt: skip
        assert (await act(office, own, what, **form)).status_code == 403
    assert await again(office, own) == own


async def test_an_administrator_keeps_the_clinicians_of_his_house_and_nothing_else(office: Desk) -> None:
    own, other = await made(office, "li"), await made(office, "han", H2)
    patient = await made(office, "wang", patient="Patient/a")
    security = await stored.by_login(office.platform.database, "htest-security")
    assert security is not None
    await administrator(office)
    listed = body(await office.get(views.accounts_page))
    assert "li</strong>" in listed
    assert "han" not in listed
    assert "htest-security" not in listed
    for hidden in (other, security):
        assert (await office.get(views.account_page, id=hidden.id)).status_code == 404
        assert (await act(office, hidden, "disable")).status_code == 404
    assert (await act(office, patient, "reset")).status_code == 403
    assert (await act(office, own, "appoint", role="security")).status_code == 403
    for wrong in ({"role": "steward"}, {"role": "resident", "patient": "a"}, {"administrator": "yes"}):
        assert (await office.post(views.create, NEW | wrong)).status_code == 422
    reply = await office.post(views.create, NEW | {"organization": "h2"})
    assert reply.status_code == 200
    account = await stored.by_login(office.platform.database, "li.lei")
    assert account is not None
    assert account.posts[0].organization == H1
    assert (await act(office, own, "disable")).status_code == 303


async def test_an_administrators_power_ends_with_his_post(office: Desk) -> None:
    boss = await administrator(office)
    await stored.end_post(office.platform.database, boss, boss.posts[0].id, moment.now())
    assert (await office.get(views.accounts_page)).status_code == 303


async def test_what_was_searched_for_stands_in_no_address(office: Desk) -> None:
    for number in range(52):
        await made(office, f"li{number:02}")
    reply = await office.post(views.search, {"text": "li51"})
    address = reply.headers["location"]
    assert address.startswith("/console/accounts?s=")
    assert "li51" not in address
    more = re.search(r'href="(/console/accounts\?s=[^"]+)"', body(await office.get(views.accounts_page)))
    assert more


async def test_passwords_are_not_in_the_audit(office: Desk) -> None:
    reply = await office.post(views.create, NEW)
    password = re.search(r"<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</code>", body(reply))
    assert password
    assert password[1] not in str(await newest(office))


def test_pages_are_for_those_who_can_keep_accounts() -> None:
    assert set(views.KEEPERS) == {Role.SECURITY, *accounts.ADMINISTRATORS}

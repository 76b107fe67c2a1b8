"""Every page against every role, over the running program; security-and-scale.md, lines 1 and 7 to 9."""

from auth.roles import DUTIES, Role
from services.portal import csrf
from services.portal.routes import PAGES
from tests.functional.test_unrecorded import SECRET, House, house
from tests.support.web import Web, web

__all__ = ["house", "web"]
OF_ANYBODY = {"anyone", "everyone"}


async def _asked(house: House, role: str, method: str, path: str) -> tuple[int, str]:
    filled = path.replace("{id}", house.patient).replace("{source}", "HTEST")
    form = {"csrf": csrf.token(house.tokens[role]), "patient": house.patient, "note": "x"}
    more = {"data": form} if method == "POST" else {}
    reply = await house.people[role].request(method, filled, **more)
    return reply.status_code, reply.text


async def test_lines_7_and_8_a_page_is_refused_to_every_role_but_its_own_and_recorded(house: House) -> None:
    audit = house.web.platform.database["audit"]
    before, refused = await audit.count_documents({}), 0
    for method, path, roles, _ in PAGES:
        for role in () if OF_ANYBODY & set(roles.split()) else set(Role) - set(roles.split()):
            status, text = await _asked(house, role, method, path)
            assert (status, SECRET in text) == (403, False), (role, method, path)
            refused += 1
    assert refused > 200
    assert await audit.count_documents({}) == before + refused


async def test_line_9_none_of_the_five_offices_is_shown_a_health_file_by_any_page(house: House) -> None:
    for method, path, roles, _ in PAGES:
        for role in DUTIES & set(roles.split()):
            _, text = await _asked(house, role, method, path)
            assert SECRET not in text, (role, method, path)
    status, text = await _asked(house, "clinician", "GET", "/clinician/patients/{id}")
    assert (status, SECRET in text) == (404, False), "no care, no file"
    status, text = await _asked(house, "resident", "GET", "/resident")
    assert (status, SECRET in text) == (200, True)


async def test_line_1_a_new_platform_has_no_account_and_no_client(web: Web) -> None:
    for collection in ("accounts", "clients", "sessions", "tokens"):
        assert await web.platform.database[collection].count_documents({}) == 0

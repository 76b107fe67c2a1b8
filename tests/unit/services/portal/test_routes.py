import re
from pathlib import Path

from auth.roles import WITH_PAGES, Role
from services.portal import routes
from services.portal.roles import HOMES

README = Path(routes.__file__).with_name("README.md").read_text("utf-8")


def test_the_table_of_pages_and_roles_is_true() -> None:
    rows = re.findall(r"^\| (GET|POST) \| `([^`]+)` \| ([\w ]+) \|", README, flags=re.M)
    assert rows == [(method, path, role) for method, path, role, _ in routes.PAGES]


def test_every_page_below_a_role_is_that_roles() -> None:
    for _, path, role, _ in routes.PAGES:
        first = path.split("/")[1]
        own = {"clinician": ["clinician"], "resident": ["resident"]}
        if path.startswith("/console/"):
            console = {"steward", "operator", "security", "administrator", "auditor", "privacy"}
            assert set(role.split()) <= console
        else:
            assert role in own.get(first, ["anyone", "everyone"])


def test_the_roles_with_pages_are_exactly_those_of_the_table() -> None:
    named = {role for _, _, roles, _ in routes.PAGES for role in roles.split()}
    assert {role.value for role in WITH_PAGES} == named & {role.value for role in Role}
    assert HOMES.keys() == WITH_PAGES
    addresses = {path for method, path, _, _ in routes.PAGES if method == "GET"}
    assert set(HOMES.values()) <= addresses

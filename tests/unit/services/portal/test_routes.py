import re
from pathlib import Path

from services.portal import routes

README = Path(routes.__file__).with_name("README.md").read_text("utf-8")


def test_the_table_of_pages_and_roles_is_true() -> None:
    rows = re.findall(r"^\| (GET|POST) \| `([^`]+)` \| ([\w ]+) \|", README, flags=re.M)
    assert rows == [(method, path, role) for method, path, role, _ in routes.PAGES]


def test_every_page_below_a_role_is_that_roles() -> None:
    for _, path, role, _ in routes.PAGES:
        first = path.split("/")[1]
        own = {
            "clinician": ["clinician"],
            "resident": ["resident"],
            "console": ["steward operator", "steward", "auditor", "privacy", "privacy operator security"],
        }
        assert role in own.get(first, ["anyone"])

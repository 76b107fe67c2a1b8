"""Tables by their names; the facts are those of ../shared/reference/china.md."""

import pytest

from fhir.definitions.code_tables import is_shared, table_named

ABO = "urn:oid:2.16.156.10011.2.3.1.85"


@pytest.mark.parametrize(
    "name",
    ["CV04.50.005", "cv04.50.005", "CV04.50.005-2011", "ＣＶ04.50.005", "ABO血型代码", "ABO血型代码表"],
)
def test_a_table_has_several_names(name: str) -> None:
    table = table_named(name)
    assert table is not None
    assert (table.url, table.version) == (ABO, "CV04.50.005-2011")


@pytest.mark.parametrize(
    "name", ["", "2.16.156.10011.2.3.1.85", ABO, "ABO", "血型", "CV04.50", "CV04.50.005-1999"]
)
def test_what_names_no_table(name: str) -> None:
    assert table_named(name) is None


@pytest.mark.parametrize(
    ("arc", "shared"),
    [("3.1.85", True), ("3.1.157", True), ("3.1.250", True), ("3.3.11", True), ("3.3.12", True),
     ("3.3.11.3", False), ("3.3.4", False)],
)  # fmt: skip
def test_an_oid_of_two_tables(arc: str, shared: bool) -> None:
    assert is_shared(f"urn:oid:2.16.156.10011.2.{arc}") is shared

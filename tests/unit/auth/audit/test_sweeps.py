"""Signs of curiosity in one person's hour; security-and-scale.md, line 39."""

import pytest

from auth.audit.sweeps import LIMITS, Finding, Known, Sign, findings


def looks(count: int, prefix: str = "p") -> list[list[str]]:
    return [[f"Patient/{prefix}{number}"] for number in range(count)]


def known(count: int, **same: object) -> dict[str, Known]:
    return {f"Patient/p{n}": Known(f"Patient/p{n}", **same) for n in range(count)}  # type: ignore[arg-type]


def signs(found: list[Finding]) -> list[tuple[Sign, int, bool]]:
    return [(each.sign, each.count, each.strong) for each in found]


@pytest.mark.parametrize(("count", "expected"), [(39, []), (40, [False]), (79, [False]), (80, [True])])
def test_many_files_in_an_hour(count: int, expected: list[bool]) -> None:
    assert [each.strong for each in findings(looks(count), {}, frozenset())] == expected


def test_whom_a_work_list_proposed_is_of_nobodys_choosing() -> None:
    street = known(80, surname="HTEST", address="HTEST 路1号")
    assert findings(looks(80), street, frozenset(), frozenset(street)) == []
    one, other = list(street)[:2]
    colleague = {**street, one: Known(one, staff=True)}
    found = findings(looks(80), colleague, frozenset({other}), frozenset(street))
    assert signs(found) == [(Sign.COLLEAGUES, 1, False), (Sign.FAMOUS, 1, True)]


def test_the_patients_of_one_person_are_one() -> None:
    same = {f"Patient/p{n}": Known("Patient/p0") for n in range(50)}
    assert findings(looks(50), same, frozenset()) == []


def test_a_list_is_not_a_look_at_each_file() -> None:
    listed = [[f"Patient/l{n}" for n in range(299)]]
    assert findings(listed, {}, frozenset()) == []
    assert signs(findings([*listed, *[[f"Patient/m{n}" for n in range(6)]]], {}, frozenset())) == [
        (Sign.LISTS, 305, False)
    ]


def test_one_surname_in_a_row_and_only_in_a_row() -> None:
    assert signs(findings(looks(8), known(8, surname="HTEST"), frozenset())) == [(Sign.SURNAME, 8, True)]
    mixed = {patient: Known(patient, surname=f"S{n % 2}") for n, patient in enumerate(known(20))}
    assert findings(looks(20), mixed, frozenset()) == []
    assert findings(looks(8), known(8), frozenset()) == []


def test_neighbours() -> None:
    street = known(4, address="HTEST 路1号")
    far = {f"Patient/q{n}": Known(f"Patient/q{n}", address=f"HTEST 路{n + 5}号") for n in range(9)}
    assert signs(findings(looks(4) + looks(9, "q"), street | far, frozenset())) == [
        (Sign.NEIGHBOURS, 4, False)
    ]


@pytest.mark.parametrize(("count", "strong"), [(1, False), (2, False), (3, True)])
def test_colleagues(count: int, strong: bool) -> None:
    assert signs(findings(looks(count), known(count, staff=True), frozenset())) == [
        (Sign.COLLEAGUES, count, strong)
    ]


def test_a_guarded_file_is_strong_at_once() -> None:
    (found,) = findings(looks(2), {}, frozenset({"Patient/p1"}))
    assert (found.sign, found.patients, found.strong) == (Sign.FAMOUS, ("Patient/p1",), True)


def test_an_ordinary_hour_is_none() -> None:
    ordinary = {f"Patient/p{n}": Known(f"Patient/p{n}", surname=f"S{n}", address=f"A{n}") for n in range(30)}
    assert findings(looks(30), ordinary, frozenset()) == []
    assert findings([], {}, frozenset()) == []
    assert set(LIMITS) == set(Sign)

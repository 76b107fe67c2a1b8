"""Rosters: every line is checked, told by line and column, and nothing of what stands there is repeated."""

from datetime import UTC, datetime

import pytest

from auth.login import roster
from auth.login.password_policy import RANDOM_GROUPS
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store.posts import Post
from fhir.csv_file import BadFile

HEAD = "login,name,role,organization,practitioner,patient,begins,ends,administrator\n"
LI = "li.lei,HTEST Li,clinician,h1,p1,,2026-01-01,2026-12-31,\n"


def faults(text: str, **options: object) -> list[str]:
    return [str(fault) for fault in roster.read((HEAD + text).encode(), **options).faults]  # type: ignore[arg-type]


def test_a_line_is_a_post_and_lines_of_one_login_are_one_person() -> None:
    found = roster.read(
        (
            HEAD
            + LI
            + "\n"
            + "LI.LEI,HTEST Li,clinician,Organization/h2,Practitioner/p1,,,,yes\n"
            + "li.lei,HTEST Li,resident,,,a,,,\n"
            + "han,HTEST Han,auditor,,,,,,no\n"
        ).encode()
    )
    assert found.faults == []
    assert found.references() == {
        "Organization/h1", "Organization/h2", "Practitioner/p1", "Patient/a",
    }  # fmt: skip
    (li, han), passwords = roster.people(found)
    assert (li.login, li.name, li.patient) == ("li.lei", "HTEST Li", "Patient/a")
    first, second = li.posts
    assert (first.organization, first.administrator) == ("Organization/h1", False)
    assert (first.begins, first.ends) == (
        datetime(2025, 12, 31, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC),
    )  # fmt: skip
    assert (second.organization, second.administrator, second.ends) == ("Organization/h2", True, None)
    assert [post.role for post in han.posts] == [Role.AUDITOR]
    assert len(set(passwords)) == 2


async def test_the_one_time_passwords_have_128_bits_and_are_kept_as_a_hash() -> None:
    (li,), (password,) = roster.people(roster.read((HEAD + LI).encode()))
    assert len(password.replace("-", "")) == 4 * RANDOM_GROUPS
    assert 31 ** len(password.replace("-", "")) > 2**128
    assert password not in str(li)
    passwords = Passwords()
    assert await passwords.verify(li.password, password)
    assert not await passwords.verify(li.password, password[:-1])
    assert not await passwords.verify(li.password, li.password)


def test_chinese_heads_and_files_of_a_chinese_spreadsheet() -> None:
    text = "账号,姓名,角色,机构,医务人员\nli,测试李雷𠮷,clinician,h1,p1\n"
    for raw in (text.encode("gb18030"), text.encode(), b"\xef\xbb\xbf" + text.encode()):
        (entry,) = roster.read(raw).entries
        assert entry.name == "测试李雷𠮷"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("li,HTEST,doctor,h1,p1,,,,", "role: none of clinician"),
        ("li,,clinician,h1,p1,,,,", "name: 1 to 100"),
        ("l,HTEST,clinician,h1,p1,,,,", "a login has 2 to 64"),
        ("li,HTEST,clinician,h1,,,,,", "a clinician needs"),
        ("li,HTEST,clinician,h1,p1,a,,,", "patient: stands in the lines of residents"),
        ("li,HTEST,resident,,,,,,", "patient: stands in the lines of residents"),
        ("li,HTEST,resident,h1,,a,,,", "a resident holds no post"),
        ("li,HTEST,clinician,h1,p1,,1.1.2026,,", "begins: a day is written"),
        ("li,HTEST,clinician,h1,p1,,,2026-02-30,", "ends: a day is written"),
        ("li,HTEST,clinician,h1,p1,,2026-02-02,2026-02-01,", "a post ends after it begins"),
        ("li,HTEST,clinician,h1,p1,,,,maybe", "administrator: yes or no"),
        ("li,HTEST,auditor,h1,p1,,,,yes", "an administrator is a clinician or a steward"),
        ("li,HTEST,clinician", "3 cells, and the head line has 9"),
    ],
)
def test_what_is_wrong_in_a_line_is_told_by_its_number(line: str, expected: str) -> None:
    found = faults(LI + line + "\n")
    assert len(found) == 1
    assert found[0].startswith("line 3: ")
    assert expected in found[0]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("li,HTEST A,auditor,,,,,,\nli,HTEST B,auditor,,,,,,\n", "name: another one than in line 2"),
        ("li,HTEST,auditor,,,,,,\nli,HTEST,steward,,,,,,\n", "no account holds two"),
        ("li,HTEST,resident,,,a,,,\nli,HTEST,resident,,,b,,,\n", "a patient already"),
        ("li,HTEST,auditor,,p,,,,\nhan,HTEST,steward,,p,,,,\n", "under another login"),
    ],
)
def test_what_lines_must_not_say_between_them(lines: str, expected: str) -> None:
    found = faults(lines)
    assert len(found) == 1
    assert found[0].startswith("line 3: ")
    assert expected in found[0]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "lacks login, name, role"),
        (b"login,name\n", "lacks role"),
        (b"login,name,role,role\n", "twice"),
        (b"login,name,role,telephone\n", "column 4"),
        (b"\xff\xfe\x00", "neither UTF-8 nor GB18030"),
        (b'login,name,role\n"a"b,c,d\n', "line 2 is no CSV"),
    ],
)
def test_a_file_that_is_no_roster(raw: bytes, expected: str) -> None:
    with pytest.raises(BadFile, match=expected):
        roster.read(raw)


def test_faults_repeat_nothing_of_the_file() -> None:
    secret = "HTEST王建国510104195803129013"
    lines = (f"li,HTEST,{secret},h1,p1,,,,", f"li,HTEST,clinician,h1,p1,,{secret},,", f"{secret},x", secret)
    for line in lines:
        assert all(secret not in text for text in faults(line + "\n"))
    with pytest.raises(BadFile) as caught:
        roster.read(f"login,name,role,{secret}\n".encode())
    assert secret not in str(caught.value)


def test_whoever_brings_it_gives_only_what_is_his() -> None:
    def allowed(post: Post) -> bool:
        return post.organization == "Organization/h1"

    lines = LI + "han,HTEST,clinician,h2,p2,,,,\nwang,HTEST,resident,,,a,,,\n"
    assert [each[:8] for each in faults(lines, allowed=allowed)] == ["line 3: ", "line 4: "]


def test_references_logins_and_duties_that_are_not_free() -> None:
    found = roster.read((HEAD + LI + "han,HTEST,auditor,,p2,,,,\nwang,HTEST,auditor,,p3,,,,\n").encode())
    found.refuse(roster.missing({"Organization/h1", "Practitioner/p2", "Practitioner/p3"}))
    found.refuse(roster.taken({"wang"}, {"Practitioner/p2"}))
    assert [str(fault) for fault in found.faults] == [
        "line 2: practitioner: there is no Practitioner with this id",
        "line 3: practitioner: holds one of the five duties in another account",
        "line 4: login: it is taken",
    ]
    assert found.entries == []

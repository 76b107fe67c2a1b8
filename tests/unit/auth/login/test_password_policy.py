"""Password policy: length, common ones, the person's own words."""

import pytest

from auth.login.password_policy import objection, one_time
from auth.roles import Role

STAFF, RESIDENT = (Role.CLINICIAN,), (Role.RESIDENT,)
ABOUT = ("zhangmin", "HTEST 张敏")


@pytest.mark.parametrize(
    "password",
    [
        "teahouse by the river",
        "correct horse battery 7",
        "春眠不觉晓处处闻啼鸟夜来风雨",
        "x7!mQ2#vB9$k",
        "mapo tofu for zhangmin tonight",
        "🐼🎋🌶🍵🏔🌊🌙⭐🔥❄🍂🎐",
    ],
)
def test_good_passwords(password: str) -> None:
    assert objection(password, STAFF, ABOUT) is None


@pytest.mark.parametrize("roles", [STAFF, (Role.STEWARD,), (Role.RESIDENT, Role.CLINICIAN)])
def test_staff_need_twelve_characters(roles: tuple[Role, ...]) -> None:
    assert "12" in str(objection("k7#mQv2!x9B", roles, ABOUT))


def test_residents_need_eight() -> None:
    assert objection("k7#mQv2!", RESIDENT, ABOUT) is None
    assert "8" in str(objection("k7#mQv2", RESIDENT, ABOUT))


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "Password123!",
        "PASSWORD1234",
        "ｐａｓｓｗｏｒｄ１",
        "qwertyuiop",
        "1qaz2wsx3edc",
        "5201314520",
        "woaini1314520",
        "chengdu2026!",
        "furong202601",
        "123456789012",
        "987654321098",
        "aaaaaaaaaaaaaa",
        "abababababab",
        "abcdefghijklm",
        "19900101",
        "13800138000",
        "51010219900101123x",
        "!!!letmein!!!",
    ],
)
def test_common_passwords(password: str) -> None:
    assert objection(password, RESIDENT, ABOUT) is not None


@pytest.mark.parametrize(
    "password", ["zhangmin", "ZhangMin2026", "张敏张敏2026x", "zhangminzhangmin", "htest zhangmin"]
)
def test_passwords_made_of_the_person(password: str) -> None:
    assert "name" in str(objection(password, RESIDENT, ABOUT))


def test_there_is_an_upper_bound() -> None:
    assert objection("ab7!x" * 60, RESIDENT, ABOUT) is not None


def test_one_time_passwords_are_different_and_long_enough() -> None:
    made = {one_time() for _ in range(200)}
    assert len(made) == 200
    assert all(objection(password, STAFF, ABOUT) is None for password in made)

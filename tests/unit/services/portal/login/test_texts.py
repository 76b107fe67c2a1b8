import pytest

from auth.login.log_in import LogInRefused, Reason
from auth.login.password_policy import objection
from auth.roles import Role
from services.portal.login.texts import refusal_text


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.PASSWORD])
def test_every_reason_has_words_of_its_own(reason: Reason) -> None:
    texts = {refusal_text(LogInRefused(each)) for each in Reason if each is not Reason.PASSWORD}
    assert refusal_text(LogInRefused(reason)) in texts
    assert len(texts) == len(Reason) - 1


@pytest.mark.parametrize(
    ("password", "text"),
    [
        ("short", "密码太短。"),
        ("x" * 300, "密码太长。"),
        ("passwordpassword"[:8] + "1234", "这个密码太常见，请换一个。"),
        ("zhoumin12345", "密码里不能用姓名或账号。"),
    ],
)
def test_the_policys_objections_are_told_in_the_pages_words(password: str, text: str) -> None:
    found = objection(password, [Role.CLINICIAN], ["zhoumin"])
    assert found is not None
    assert refusal_text(LogInRefused(Reason.PASSWORD, found)) == text


def test_an_unforeseen_objection_is_still_told() -> None:
    assert refusal_text(LogInRefused(Reason.PASSWORD, "something new")) == "这个密码不能用，请换一个。"

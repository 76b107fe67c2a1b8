"""Scopes in plain words; what an app has written is never taken for one of ours."""

import pytest

from auth.access.decision import FILE
from auth.smart.scope import parse
from auth.smart.selection import CATEGORIES
from services.portal.apps.wording import action, identity, subject
from services.portal.catalogue import translations


@pytest.mark.parametrize(
    ("text", "does", "what"),
    [
        ("patient/*.rs", "查看", "全部健康档案"),
        ("patient/Observation.read", "查看", "检验结果和体征"),
        ("user/Condition.cruds", "查看和修改", "诊断和健康问题"),
        ("user/Condition.c", "修改", "诊断和健康问题"),
        ("patient/Observation.rs?category=http://x.example|laboratory", "查看", "检验结果"),
        ("patient/Observation.rs?category=<b>", "查看", None),
        ("patient/Observation.rs?code=laboratory2", "查看", None),
        ("patient/Account.rs", "查看", None),
    ],
)
def test_words(text: str, does: str, what: str | None) -> None:
    scope = parse(text)
    assert scope is not None
    assert (action(scope), subject(scope)) == (does, what)


def test_every_word_has_an_english_one() -> None:
    english = translations("en").gettext
    scopes = [parse(f"patient/{type}.rs") for type in FILE]
    scopes += [
        parse(f"patient/{type}.rs?category={system}|{code}")
        for type, codes in CATEGORIES.items()
        for system, code in codes
    ]
    words = {subject(scope) for scope in scopes if scope} - {None}
    assert len(words) > 30
    assert all(english(word) != word for word in words if word)
    assert len(identity("openid fhirUser profile launch")) == 3

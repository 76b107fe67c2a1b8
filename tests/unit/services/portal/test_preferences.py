import pytest
from starlette.requests import Request

from services.portal.preferences import Preferences, preferences


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw, "method": "GET", "path": "/"})


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh-CN"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("en-US,en;q=0.9", "en"),
        ("en-GB,en;q=0.9,zh-TW;q=0.2", "zh-CN"), ("fr", "zh-CN"), ("bo-CN", "zh-CN"),
    ],
)  # fmt: skip
def test_chinese_unless_english_alone_is_asked_for(accepted: str, language: str) -> None:
    assert preferences(request(accept_language=accepted)).language == language


def test_the_readers_choice_goes_before_the_browsers() -> None:
    chosen = request(cookie="furong_language=zh-CN; furong_elder=1", accept_language="en")
    assert preferences(chosen) == Preferences("zh-CN", elder=True)
    assert preferences(request(cookie="furong_language=xx", accept_language="en")).language == "en"

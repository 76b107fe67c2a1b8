import pytest

from services.config import Settings
from services.failure import WrongArgument


@pytest.mark.parametrize(
    "address", ["https://x.example/alarms?a=b", "http://127.0.0.1:8/", "https://x.example"]
)
def test_a_webhook_is_http(address: str) -> None:
    assert Settings.read(alarm_webhook=address).alarm_webhook == address


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://x", "x.example", "https://u:p@x", "http://x y", ""]
)
def test_and_nothing_else(address: str) -> None:
    with pytest.raises(WrongArgument, match="FURONG_ALARM_WEBHOOK"):
        Settings.read(alarm_webhook=address)


def test_the_receivers_of_mail() -> None:
    assert Settings.read(alarm_mail_to=" a@x , ,b@x ").mail_receivers == ["a@x", "b@x"]
    assert Settings.read().mail_receivers == []

"""What a site decides about people and systems that come in."""

import pytest

from services.config import Settings
from services.failure import WrongArgument
from services.security_settings import SecuritySettings


def test_networks_of_the_console() -> None:
    assert Settings.read().listed_console_networks == []
    settings = Settings.read(console_networks="10.1.0.0/16, 2001:db8::/32")
    assert settings.listed_console_networks == ["10.1.0.0/16", "2001:db8::/32"]
    with pytest.raises(WrongArgument, match="FURONG_CONSOLE_NETWORKS: a network is written as"):
        Settings.read(console_networks="10.1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sessions_at_once", 0),
        ("shared_minutes", 0),
        ("shared_minutes", 31),
        ("password_days", -1),
        *((name, -1) for name in SecuritySettings.model_fields if "_per_" in name),
    ],
)
def test_what_can_not_be(name: str, value: int) -> None:
    with pytest.raises(WrongArgument, match=f"FURONG_{name.upper()}"):
        Settings.read(**{name: value})

"""Settings of the alarms: where they are sent to, besides the console."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class AlarmSettings(BaseSettings):
    """Webhook and mail; without either, alarms stand on the console alone."""

    alarm_webhook: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#@]+(/[^\s#]*)?$",
        description="Address to which every alarm is posted as JSON, signed (Ed25519) in X-Furong-Signature.",
    )
    alarm_mail_to: str = Field(
        "", description="Mail addresses to which every alarm is sent, with commas between; nobody by default."
    )
    alarm_mail_from: str = Field("furong@localhost", description="Sender of the alarms' mails.")
    smtp_host: str = Field("127.0.0.1", description="Mail server for the alarms.")
    smtp_port: int = Field(25, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        "starttls", description="How the connection to the mail server is protected."
    )
    smtp_user: str | None = Field(None, description="Account at the mail server.")
    smtp_password: SecretStr | None = Field(None, description="Password of that account.")

    @property
    def mail_receivers(self) -> list[str]:
        """The addresses of `alarm_mail_to`."""
        return [each.strip() for each in self.alarm_mail_to.split(",") if each.strip()]

"""Mail: an alarm in plain text to the addresses that the operator has set (RFC 5321)."""

import smtplib
import ssl
from email.message import EmailMessage

from services.alarms.alarm import Alarm
from services.alarms.settings import AlarmSettings

SECONDS = 10.0


def message(alarm: Alarm, settings: AlarmSettings) -> EmailMessage:
    """The mail of an alarm."""
    mail = EmailMessage()
    mail["Subject"] = f"Furong: {alarm.kind}"
    mail["From"], mail["To"] = settings.alarm_mail_from, ", ".join(settings.mail_receivers)
    facts = "\n".join(f"{name}: {value}" for name, value in sorted(alarm.facts.items()))
    mail.set_content(f"{alarm.text}\n\n{facts}\n{alarm.first.isoformat(timespec='seconds')}\n{alarm.id}\n")
    return mail


def send(alarm: Alarm, settings: AlarmSettings) -> None:
    """Send it; an OSError (smtplib's errors are such) where it was not taken."""
    context = ssl.create_default_context()
    place = settings.smtp_host, settings.smtp_port
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(*place, timeout=SECONDS)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
            server.login(settings.smtp_user, password)
        server.send_message(message(alarm, settings))

"""Certificates: when those that a process uses end, and an alarm thirty days before.

RFC 5280 section 4.1.2.5; security-and-scale.md, line 28.
"""

import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from prometheus_client import Gauge

from auth import moment
from services.alarms.alarm import Kind
from services.config import Settings
from services.platform import Platform
from services.turns import my_turn

PERIOD = 300.0
_EVERY, BEFORE = timedelta(days=1), timedelta(days=30)
EXPIRES = Gauge(
    "furong_certificate_expires_timestamp_seconds",
    "When the first certificate in the file of a setting ends",
    ["setting"],
    multiprocess_mode="mostrecent",
)
Files = Mapping[str, Path | None]
Ends = Mapping[str, datetime | None]


def of_https(settings: Settings) -> Files:
    """What the API uses, by the setting."""
    return {
        "FURONG_TLS_CERTIFICATE": settings.tls_certificate,
        "FURONG_TLS_CLIENT_CA": settings.tls_client_ca,
    }


def of_feed(settings: Settings) -> Files:
    """What the feed uses, by the setting."""
    return {
        "FURONG_MLLP_TLS_CERTIFICATE": settings.mllp_tls_certificate,
        "FURONG_MLLP_CLIENT_CA": settings.mllp_client_ca,
        "FURONG_MLLP_REPLY_CA": settings.mllp_reply_ca,
    }


async def look(platform: Platform, process: str, files: Files) -> None:
    """Tell the metric when they end; once a day, where it is this process's turn here, judge them."""
    ends = measure(files)
    if await my_turn(platform.database, f"certificates {process} {socket.gethostname()}", _EVERY):
        await judge(platform, ends)


def measure(files: Files) -> Ends:
    """When the first certificate of each file ends, told to the metric as well."""
    ends = {setting: earliest(path) for setting, path in files.items() if path is not None}
    for setting, end in ends.items():
        if end is not None:
            EXPIRES.labels(setting).set(end.timestamp())
    return ends


async def judge(platform: Platform, ends: Ends) -> None:
    """Sound an alarm for each file of which a certificate ends within thirty days, or that can't be read."""
    for setting, end in ends.items():
        if end is None:
            text = "The file of a setting holds no certificate that can be read."
            await platform.alarms.sound(Kind.CERTIFICATE, text, setting=setting)
            continue
        left = end - moment.now()
        if left <= BEFORE:
            text = "A certificate ends soon." if left > timedelta() else "A certificate has ended."
            await platform.alarms.sound(
                Kind.CERTIFICATE, text, setting=setting, ends=f"{end:%Y-%m-%d}", days=left.days
            )


def earliest(path: Path) -> datetime | None:
    """When the first of the certificates in a PEM file ends; None where it holds none."""
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        return None
    return min(each.not_valid_after_utc for each in found)

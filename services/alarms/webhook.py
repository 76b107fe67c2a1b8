"""Webhook: an alarm as signed JSON to the address that the operator has set.

`X-Furong-Signature: t=SECONDS,ed25519=HEX` signs `SECONDS.BODY` (RFC 8032); `./furong audit key` shows the
public key. A redirect is not followed, and no proxy of the environment is used.
"""

import json
import time
import urllib.error
import urllib.request
from typing import Any

from auth.audit.signing import Signer
from services.alarms.alarm import Alarm

SECONDS = 10.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any, **more: Any) -> None:
        """None: whoever redirects is answered as one who refuses."""
        return


_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def post(alarm: Alarm, address: str, signer: Signer, seconds: float = SECONDS) -> None:
    """Post it; an OSError where it was not taken (urllib's errors are such)."""
    body, now = json.dumps(alarm.as_json(), ensure_ascii=False).encode(), int(time.time())
    signature = signer.sign(str(now).encode() + b"." + body)
    headers = {"Content-Type": "application/json", "X-Furong-Signature": f"t={now},ed25519={signature}"}
    request = urllib.request.Request(address, body, headers, method="POST")  # noqa: S310 - http(s) by its setting
    with _OPENER.open(request, timeout=seconds) as reply:
        reply.read(1024)

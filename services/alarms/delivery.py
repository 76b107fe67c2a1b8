"""Delivery: what waits is sent, tried again with growing pauses, and given up after some hours.

Any number of processes may deliver: an alarm belongs to whoever claims it.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from auth.audit.signing import Signer
from services.alarms import mail, webhook
from services.alarms.alarm import Alarm
from services.alarms.alarms import WAYS, Alarms
from services.alarms.settings import AlarmSettings
from services.log import FIELDS
from services.periodic import periodic

logger = logging.getLogger("furong.alarms")
_PERIOD_SECONDS = 5.0
_MOST_AT_ONCE = 20


def delivering(alarms: Alarms, settings: AlarmSettings, signer: Signer) -> AbstractAsyncContextManager[None]:
    """Send what waits, for as long as the block runs."""
    return periodic("delivering", partial(_deliver, alarms, settings, signer), _PERIOD_SECONDS)


async def _deliver(alarms: Alarms, settings: AlarmSettings, signer: Signer) -> None:
    for way in WAYS:
        await deliver(alarms, way, _sender(way, settings, signer))


async def deliver(alarms: Alarms, way: str, send: Callable[[Alarm], None]) -> None:
    """Try each alarm that is due that way once."""
    for _ in range(_MOST_AT_ONCE):
        alarm = await alarms.claim(way)
        if alarm is None:
            return
        sent = True
        try:
            await asyncio.to_thread(send, alarm)
        except (OSError, ValueError) as error:
            sent = False
            told = {"way": way, "alarm": alarm.id, "error": type(error).__name__}
            logger.warning("an alarm was not taken", extra={FIELDS: told})
        await alarms.settle(alarm, way, sent=sent)


def _sender(way: str, settings: AlarmSettings, signer: Signer) -> Callable[[Alarm], None]:
    if way == "mail":
        return partial(mail.send, settings=settings)
    return partial(webhook.post, address=settings.alarm_webhook or "", signer=signer)

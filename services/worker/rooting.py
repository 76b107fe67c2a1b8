"""Daily roots of the audit: made soon after midnight of Chengdu, and those that were missed, made up.

Several workers may try at once: one of them makes a day's root, all export it.
"""

import logging
from datetime import timedelta

from auth import moment
from services.alarms.alarm import Kind
from services.log import FIELDS
from services.platform import Platform

logger = logging.getLogger("furong.worker")
PERIOD = 300.0
_OVERDUE = timedelta(days=2)


async def root(platform: Platform) -> None:
    """Make what is due and export it; an alarm where that fails and a day waits for longer than another."""
    try:
        made = await platform.anchoring.make_due()
        written = await platform.anchoring.export(platform.settings.audit_folder)
    except Exception:
        due = await platform.anchoring.due()
        if due and moment.now().date() - due[0] > _OVERDUE:
            await platform.alarms.sound(
                Kind.AUDIT_ROOT, "The daily root of the audit is overdue.", days=len(due)
            )
        raise
    if made or written:
        told = {"made": len(made), "written": len(written)}
        logger.info("roots of the audit", extra={FIELDS: told})

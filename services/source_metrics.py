"""Metrics of each source (hl7v2.md, checklist 66): answers, the last message, lag, dead letters, unmapped.

The labels are bounded: the first MOST sources of a process have one of their own, all others share `other`.
So do senders whom nobody has registered and whose name is no plain code: it may be a patient's.
"""

import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from prometheus_client import Counter, Gauge, Histogram

MOST, OTHER = 200, "other"
_PLAIN = re.compile(r"(?!.*\d{6})[A-Za-z0-9_.-]{1,24}", re.ASCII)
_known: set[str] = set()
_registered: set[str] = set()

MESSAGES = Counter("furong_source_messages_total", "Messages of a source by answer", ["source", "code"])
LAST = Gauge(
    "furong_source_last_message_timestamp_seconds",
    "When the last message of a source came in",
    ["source"],
    multiprocess_mode="max",
)
LAG = Histogram(
    "furong_source_lag_seconds",
    "From received to processed",
    ["source"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 3600),
)
DEAD_LETTERS = Counter("furong_source_dead_letters_total", "Messages that became dead letters", ["source"])
UNMAPPED = Counter("furong_source_unmapped_total", "Messages with content that has no map", ["source"])


def register(sources: Iterable[str]) -> None:
    """Let these be named as they are, since somebody has registered them."""
    _registered.clear()
    _registered.update(sources)


def name(source: str) -> str:
    """What stands for a source in logs and alarms: its code, but where a stranger has no plain one."""
    return source if source in _registered or _PLAIN.fullmatch(source) else OTHER


def label(source: str) -> str:
    """The label that stands for a source in metrics."""
    if name(source) == OTHER:
        return OTHER
    if source in _known or (len(source) <= 64 and len(_known) < MOST):
        _known.add(source)
        return source
    return OTHER


def answered(source: str, code: str) -> None:
    """A message of `source` was answered with `code`."""
    MESSAGES.labels(label(source), code).inc()
    LAST.labels(label(source)).set(time.time())


def processed(source: str, received: datetime, *, dead: bool) -> None:
    """A message of `source` was processed, or became a dead letter."""
    moment = received if received.tzinfo else received.replace(tzinfo=UTC)
    LAG.labels(label(source)).observe(max(0.0, (datetime.now(UTC) - moment).total_seconds()))
    if dead:
        DEAD_LETTERS.labels(label(source)).inc()

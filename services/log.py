"""Structured logs: JSON lines on stderr, without a patient's data.

Only the first line of a message is kept, and of an exception its type and places: the rest of either may
quote what was being worked on. Addresses are not logged by uvicorn: their query strings name people.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import orjson

FIELDS = "fields"
"""`logger.info("sent", extra={FIELDS: {…}})` adds members to the line."""


class Line(logging.Formatter):
    """One record as one JSON object."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": self._process,
            "logger": record.name,
            "event": (record.getMessage().splitlines() or [""])[0],
        }
        entry |= getattr(record, FIELDS, {})
        if record.exc_info and record.exc_info[1]:
            entry |= {"error": type(record.exc_info[1]).__name__, "at": _places(record.exc_info[1])}
        try:
            return orjson.dumps(entry, default=str).decode()
        except orjson.JSONEncodeError:  # half of a surrogate pair, a number beyond 64 bits
            return json.dumps(entry, ensure_ascii=False, default=str)


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def configure(process: str, level: str) -> None:
    """Log this process's records and its uncaught exception as JSON lines on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line(process))
    # What a line does not show need not be found out for it (logging's own advice for speed).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("pymongo").setLevel(logging.WARNING)
    # Below that it writes access tokens.
    logging.getLogger("authlib").setLevel(logging.WARNING)
    sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    logging.getLogger("furong").critical("ended by an unexpected error", exc_info=(kind, error, at))

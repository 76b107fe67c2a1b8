import json
import logging
import subprocess
import sys

import pytest

from services.log import FIELDS, Line


def line(record):
    return json.loads(Line("api").format(record))


def record(message, *arguments, **more):
    return logging.makeLogRecord(
        {"name": "furong.api", "levelname": "INFO", "msg": message, "args": arguments, "created": 0.5} | more
    )


def test_a_record_is_one_json_object():
    assert line(record("read %s rows", 3)) == {
        "time": "1970-01-01T00:00:00.500+00:00",
        "level": "INFO",
        "process": "api",
        "logger": "furong.api",
        "event": "read 3 rows",
    }


def test_fields_are_members():
    assert line(record("request", **{FIELDS: {"status": 200}}))["status"] == 200


@pytest.mark.parametrize("text", ["first\nsecond: HTEST", "first\r\nHTEST", "first\u2028HTEST"])
def test_only_the_first_line_is_kept(text):
    kept = Line("api").format(record(text))
    assert json.loads(kept)["event"] == "first"
    assert "HTEST" not in kept
    assert "\n" not in kept


def test_of_an_exception_the_type_and_the_places_are_kept_but_not_the_text():
    try:
        raise ValueError("HTEST-Zhang")
    except ValueError as error:
        kept = Line("api").format(record("failed", exc_info=(type(error), error, error.__traceback__)))
    assert json.loads(kept)["error"] == "ValueError"
    assert "test_log.py" in json.loads(kept)["at"][0]
    assert "HTEST" not in kept


PROGRAM = """
import logging
from services import log
log.configure("worker", "DEBUG")
logging.getLogger("uvicorn.access").warning("GET /fhir/Patient?name=HTEST")
for name in ("authlib.oauth2", "httpx", "pymongo.command"):
    logging.getLogger(name).info("Issue token HTEST")
logging.getLogger("furong").log(5, "not at this level")
logging.getLogger("furong").info("started")
raise KeyError("HTEST")
"""


def test_a_process_logs_json_lines_to_its_very_end():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    lines = [json.loads(text) for text in done.stderr.splitlines()]
    assert [entry["event"] for entry in lines] == ["started", "ended by an unexpected error"]
    assert lines[1]["error"] == "KeyError"
    assert "HTEST" not in done.stderr
    assert done.returncode == 1

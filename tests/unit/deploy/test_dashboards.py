"""deploy/dashboards: every metric shown is one that Furong has."""

import json
import re

from prometheus_client import generate_latest

import services.api.observation
from tests.unit.deploy.files import DEPLOY


def expressions():
    for path in (DEPLOY / "dashboards").glob("*.json"):
        for panel in json.loads(path.read_text())["panels"]:
            yield from (target["expr"] for target in panel["targets"])


def test_every_metric_exists():
    services.api.observation.REQUESTS.labels("GET", "/", "200").inc(0)
    services.api.observation.SECONDS.labels("GET", "/").observe(0)
    known = set(re.findall(r"^(furong_\w+)", generate_latest().decode(), re.MULTILINE))
    shown = {name for text in expressions() for name in re.findall(r"furong_\w+", text)}
    assert shown
    assert shown <= known

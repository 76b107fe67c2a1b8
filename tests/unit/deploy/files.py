"""The files of deploy/, as the tests read them."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    return dict(yaml.safe_load(text(name)))


def services() -> dict[str, dict[str, Any]]:
    return dict(compose()["services"])


def furong_services() -> dict[str, dict[str, Any]]:
    """Those that run Furong's own image."""
    return {name: each for name, each in services().items() if each["image"].startswith("furong:")}

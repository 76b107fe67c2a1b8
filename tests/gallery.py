"""`python -m tests.gallery [--folder FOLDER]`: pictures of the pages of a demonstration.

Each page at 360, 768 and 1440 pixels, in Chinese and English, and in large type; those that `docs/gallery.md`
shows go to `docs/gallery`. It starts a demonstration of its own on free ports and ends it.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, FloatRect, Page, ViewportSize, async_playwright

from auth.login import sessions
from auth.store import accounts
from services import joining
from services.config import Settings
from services.demo.cast import members
from tests.functional.portal.conftest import CHROMIUM, FLAGS
from tests.performance.platform import free_ports

_PATIENT = "a[href^='/clinician/patients/']"
PAGES: dict[str, tuple[str, str]] = {
    "worklist": ("clinician", "/clinician"),
    "summary": ("clinician", "{patient}"),
    "timeline": ("clinician", "{patient}/timeline"),
    "front-page": ("clinician", "{patient}/front-page"),
    "refer": ("clinician", "{patient}/referrals/new"),
    "home": ("resident", "/resident"),
    "results": ("resident", "/resident/results"),
    "who-looked": ("resident", "/resident/access"),
    "share": ("resident", "/resident/shares"),
    "rules": ("resident", "/resident/consents"),
    "persons": ("steward", "/console/persons"),
    "codes": ("steward", "/console/codes"),
    "feeds": ("operator", "/console/feeds"),
    "health": ("operator", "/console/health"),
    "alarms": ("security", "/console/alarms"),
    "security": ("security", "/console/security"),
    "audit": ("auditor", "/console/audit"),
    "reviews": ("privacy", "/console/reviews"),
}
"""Each page, the role under which it is opened, and its address."""
WIDTHS = (360, 768, 1440)
SHOWN = {
    ("worklist", 1440, "zh-CN", False), ("summary", 1440, "zh-CN", False), ("summary", 360, "en", False),
    ("timeline", 768, "en", False), ("home", 360, "zh-CN", False), ("home", 360, "zh-CN", True),
    ("results", 768, "zh-CN", True), ("who-looked", 768, "en", False), ("share", 360, "zh-CN", True),
    ("persons", 1440, "zh-CN", False), ("health", 768, "en", False), ("security", 1440, "zh-CN", False),
}  # fmt: skip
"""What `docs/gallery.md` shows."""
_GALLERY = Path(__file__).parents[1] / "docs" / "gallery"
_PATIENCE = 300.0
_HIGHEST = 1800
"""Pixels: what lies below is cut."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A page in one appearance."""

    name: str
    width: int
    language: str
    elder: bool

    @property
    def file(self) -> str:
        """What its picture is called."""
        return f"{self.name}-{self.width}-{self.language}{'-large' if self.elder else ''}.jpg"


def shots() -> Iterator[Shot]:
    """All pages in all appearances."""
    for name in PAGES:
        for width in WIDTHS:
            for language, elder in (("zh-CN", False), ("en", False), ("zh-CN", True)):
                yield Shot(name, width, language, elder)


@contextmanager
def demonstration(folder: Path) -> Iterator[tuple[str, Settings]]:
    """A demonstration while the block runs: its address, and the settings that join its database."""
    port, mllp = free_ports(2)
    given = ["--port", str(port), "--mllp-port", str(mllp), "--data", str(folder)]
    command = [sys.executable, "-m", "services", "serve", "--demo", *given]
    address = f"http://localhost:{port}"
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            _loaded(process, address)
            yield address, Settings.read().changed(data=folder)
        finally:
            process.terminate()


def _loaded(process: "subprocess.Popen[str]", address: str) -> None:
    """Wait until the accounts have been printed: then all of the region is there."""
    assert process.stdout is not None
    until = time.monotonic() + _PATIENCE
    for line in process.stdout:
        if line.startswith("Log in as"):
            break
        assert time.monotonic() < until, "the demonstration does not come up"
    urllib.request.urlopen(f"{address}/readyz", timeout=10).close()


async def take(address: str, settings: Settings, folder: Path, *, all: bool) -> int:
    """Take the pictures; how many."""
    wanted = [each for each in shots() if all or (each.name, each.width, each.language, each.elder) in SHOWN]
    async with joining.platform(settings) as platform, async_playwright() as playwright:
        tokens: dict[str, str] = {}
        for member in await members(platform.store):
            account = await accounts.by_login(platform.database, member.login)
            if account is not None and member.role not in tokens:
                token = await sessions.start(platform.database, account, amr=("pwd", "hwk"))
                tokens[member.role] = token
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for shot in wanted:
            await _picture(browser, address, tokens, shot, folder / shot.file)
        await browser.close()
    return len(wanted)


async def _picture(browser: Browser, address: str, tokens: dict[str, str], shot: Shot, file: Path) -> None:
    role, path = PAGES[shot.name]
    size = ViewportSize(width=shot.width, height=900)
    context = await browser.new_context(locale=shot.language, viewport=size)
    cookies = {
        "furong_session": tokens[role],
        "furong_language": shot.language,
        "furong_elder": str(int(shot.elder)),
    }
    await context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
    page = await context.new_page()
    await page.goto(address + path.format(patient=await _patient(page, address) if "{" in path else ""))
    high = min(int(await page.evaluate("document.documentElement.scrollHeight")), _HIGHEST)
    clip = FloatRect(x=0, y=0, width=shot.width, height=high)
    await page.screenshot(path=file, type="jpeg", quality=50, full_page=True, clip=clip)
    await context.close()


async def _patient(page: Page, address: str) -> str:
    """The first resident on the doctor's desk."""
    await page.goto(f"{address}/clinician")
    found = await page.locator(_PATIENT).first.get_attribute("href")
    assert found is not None
    return "/".join(found.split("#")[0].split("/")[:4])


def main() -> int:
    """Take the pictures of the gallery, or all of them into a folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.gallery", description=__doc__)
    parser.add_argument("--folder", type=Path, help="all pages in all appearances, into this folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, demonstration(Path(data) / "data") as (address, settings):
        folder = arguments.folder or _GALLERY
        folder.mkdir(parents=True, exist_ok=True)
        count = asyncio.run(take(address, settings, folder, all=arguments.folder is not None))
    print(f"{count} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Tables of results on a telephone and in large type: no text over another, cut, or a sign per line."""

import pytest
from playwright.async_api import Page

from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.papers import filed
from tests.functional.portal.region import RESIDENT

REPORT = "documents/DiagnosticReport/htest-report"
PATHS = {
    "wang": ("/resident/results", f"/resident/{REPORT}"),
    "doctor": (f"/clinician/patients/{RESIDENT}", f"/clinician/patients/{RESIDENT}/{REPORT}"),
}
FAULTS = r"""() => {
  document.querySelectorAll("details").forEach((each) => { each.open = true });
  const tables = [...document.querySelectorAll("table")].filter((each) => each.getClientRects().length);
  const faults = tables.length ? [] : ["no table"];
  for (const table of tables) {
    const walk = document.createTreeWalker(table, NodeFilter.SHOW_TEXT), boxes = [];
    while (walk.nextNode()) {
      const range = document.createRange(), { data } = walk.currentNode;
      range.selectNodeContents(walk.currentNode);
      if (data.trim()) for (const box of range.getClientRects()) boxes.push([data.trim(), box]);
    }
    boxes.forEach(([text, a], place) => boxes.slice(place + 1).forEach(([other, b]) => {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > Math.min(a.height, b.height) / 3) faults.push(`${text} over ${other}`);
    }));
    for (const cell of table.querySelectorAll("td, th")) {
      const style = getComputedStyle(cell), signs = cell.innerText.match(/\p{Script=Han}/gu)?.length ?? 0;
      const wide = cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      const narrow = signs > 3 && wide < 3 * parseFloat(style.fontSize);
      if (narrow && cell.getClientRects().length) faults.push(`${cell.innerText} in ${wide}`);
    }
    const around = table.closest(".scroll");
    if (innerWidth < 768 && around.scrollWidth > around.clientWidth) faults.push("cut at the right");
  }
  return faults;
}"""


@pytest.mark.parametrize("login", PATHS)
async def test_no_text_of_a_table_lies_over_another_or_is_cut(site: Site, scripted: Page, login: str) -> None:
    await filed(site)
    await log_in(scripted, site, login)
    for language, elder in (("zh-CN", "0"), ("zh-CN", "1"), ("en", "1")):
        await scripted.context.add_cookies([
            {"name": "furong_language", "value": language, "url": site.address},
            {"name": "furong_elder", "value": elder, "url": site.address},
        ])  # fmt: skip
        for path in PATHS[login]:
            await scripted.goto(site.address + path)
            for width in (320, 360, 412, 768, 1440):
                await scripted.set_viewport_size({"width": width, "height": 900})
                assert await scripted.evaluate(FAULTS) == [], (path, language, elder, width)

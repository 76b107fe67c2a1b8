"""Decision: what a steward says of two records, why, and who said what before.

Issue 6. The words of a reason may name people, so that they are kept sealed; who decided is told by name.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from auth.store import accounts
from fhir.store.possible_matches import State, Word
from fhir.store.vault import Vault
from services.platform import Platform
from services.portal.catalogue import mark

_OWNER, _SEALED = "platform", "sealed:"
STATES = {
    State.OPEN: mark("等待核对"),
    State.POSTPONED: mark("已暂缓"),
    State.LINKED: mark("已合并：是同一个人"),
    State.SEPARATE: mark("已分开：是两个人"),
    State.SETTLED: mark("不再需要核对"),
}
"""Where a pair stands."""

SAID = {
    State.OPEN: mark("撤回了决定"),
    State.POSTPONED: mark("暂缓"),
    State.LINKED: mark("合并"),
    State.SEPARATE: mark("分开"),
}
"""What somebody did."""


@dataclass(frozen=True, slots=True)
class Said:
    """A decision: what (a msgid), by whom, when, why."""

    what: str
    by: str
    at: datetime
    reason: str


async def sealed(vault: Vault, reason: str) -> str:
    """A reason as it is kept."""
    return _SEALED + b64encode(await vault.seal(_OWNER, reason.encode())).decode()


async def said(platform: Platform, words: Sequence[Word]) -> list[Said]:
    """The decisions of a pair, the newest first."""
    names = await _names(platform, {word.by for word in words})
    return [
        Said(SAID[word.state], names[word.by], word.at, await _opened(platform.store.vault, word.reason))
        for word in reversed(words)
    ]


async def _opened(vault: Vault, reason: str) -> str:
    if not reason.startswith(_SEALED):  # what the platform says itself
        return reason
    return (await vault.open(_OWNER, b64decode(reason.removeprefix(_SEALED)))).decode()


async def _names(platform: Platform, ids: Iterable[str]) -> dict[str, str]:
    found = {id: await accounts.by_id(platform.database, id) for id in ids}
    return {id: account.name if account else id for id, account in found.items()}

"""The account: what was acknowledged against what stands in the inbox and in the health files."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services import joining
from services.config import Settings
from services.inbox import DEAD, DONE, RECEIVED


@dataclass(frozen=True, slots=True)
class Account:
    """Numbers of messages; only `acknowledged` and `done` may be other than zero in the end."""

    acknowledged: int
    done: int
    waiting: int
    dead: int
    missing: int
    """Acknowledged and in no row of the inbox that is done."""
    doubled: int
    """Done more than once, or whose visit has another version than its first."""

    @property
    def sound(self) -> bool:
        """Is nothing lost, nothing doubled, nothing left?"""
        return not (self.missing or self.doubled or self.waiting or self.dead) and self.done > 0

    def shown(self) -> Mapping[str, int]:
        """As plain JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


async def waiting(settings: Settings) -> int:
    """How many messages are not processed yet."""
    async with joining.platform(settings) as platform:
        return await platform.database["inbox"].count_documents({"state": RECEIVED})


async def buried(settings: Settings) -> list[str]:
    """The reasons of what became a dead letter."""
    async with joining.platform(settings) as platform:
        rows = platform.database["inbox"].find({"state": DEAD}, {"control_id": 1, "reason": 1})
        return [f"{row['control_id']}: {row['reason']}" async for row in rows]


async def account(settings: Settings, acknowledged: Collection[str]) -> Account:
    """Everything counted anew, from the database of `settings`."""
    async with joining.platform(settings) as platform:
        rows = platform.database["inbox"].find({}, {"state": 1, "control_id": 1, "versions": 1})
        states: Counter[str] = Counter()
        done: Counter[str] = Counter()
        visits: Counter[str] = Counter()
        async for row in rows:
            states[row["state"]] += 1
            if row["state"] == DONE:
                done[row["control_id"]] += 1
                visits.update(each for each in row["versions"] if each.startswith("Encounter/"))
        resources = platform.database["resources"]
        changed = await resources.count_documents({"type": "Encounter", "version": {"$ne": 1}})
        kept = await resources.count_documents({"type": "Encounter"})
    twice = sum(1 for times in done.values() if times > 1) + sum(1 for times in visits.values() if times > 1)
    return Account(
        acknowledged=len(acknowledged),
        done=sum(done.values()),
        waiting=states[RECEIVED],
        dead=states[DEAD],
        missing=len(set(acknowledged) - done.keys()) + abs(kept - len(done)),
        doubled=twice + changed,
    )

"""Health of the system: what a running platform can tell of itself, numbers and nothing of any person."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from auth import moment
from fhir.store.person_numbers import QUEUE
from services.clock import measure
from services.inbox import DEAD, RECEIVED, Inbox
from services.platform import Platform
from services.portal.catalogue import mark
from services.portal.security.checks import Finding

Check = Callable[[Platform], Awaitable[Finding]]
_LATE, _APART, _DAY = timedelta(minutes=5), timedelta(seconds=2), timedelta(days=1)
_OLDEST = 7
"""The first version of MongoDB that is not past its end of life."""


async def _version(platform: Platform) -> Finding:
    version = str((await platform.store.client.server_info())["version"])
    if int(version.partition(".")[0]) < _OLDEST:
        return Finding(False, mark("数据库版本已经停止维护，只适合试用或单个诊所"))
    return Finding(True, mark("数据库版本还在维护"))


async def _copies(platform: Platform) -> Finding:
    members = len((await platform.database.command("hello")).get("hosts", ()))
    if members < 3:
        return Finding(False, mark("数据库成员少于三个，坏了一个就会停"), members)
    return Finding(True, mark("数据库有几个成员"), members)


async def _caches(platform: Platform) -> Finding:
    if platform.store.changes.followed:
        return Finding(True, mark("收得到数据库的变更通知"))
    return Finding(False, mark("收不到数据库的变更通知，缓存停用，会变慢"))


async def _clock(platform: Platform) -> Finding:
    apart = await measure(platform.database)
    if abs(apart) > _APART:
        return Finding(False, mark("本机和数据库的时钟相差几秒"), round(abs(apart).total_seconds()))
    return Finding(True, mark("本机和数据库的时钟一致"))


async def _waiting(platform: Platform) -> Finding:
    held = (await Inbox(platform.store).held([RECEIVED])).values()
    count = sum(each for each, _ in held)
    if any(oldest < moment.now() - _LATE for _, oldest in held):
        return Finding(False, mark("有消息等了五分钟以上，正在等的有"), count)
    return Finding(True, mark("正在等处理的消息"), count)


async def _dead(platform: Platform) -> Finding:
    count = sum(each for each, _ in (await Inbox(platform.store).held([DEAD])).values())
    return Finding(not count, mark("没有处理的死信") if count else mark("没有死信"), count or None)


async def _linkage(platform: Platform) -> Finding:
    rows = platform.database[QUEUE]
    late = await rows.count_documents({"at": {"$lte": moment.now() - _LATE}})
    if late:
        return Finding(False, mark("等身份比对五分钟以上的记录"), late)
    return Finding(True, mark("等身份比对的记录"), await rows.count_documents({}))


async def _indexing(platform: Platform) -> Finding:
    job = await platform.store.reindexing.status()
    if job is None or job["state"] == "done":
        return Finding(True, mark("索引都是新的"))
    if job["state"] == "failed":
        return Finding(False, mark("重建索引没有做完，重启后再做"))
    return Finding(False, mark("正在重建索引，还剩"), max(job["total"] - job["done"], 0))


async def _alarms(platform: Platform) -> Finding:
    sounded = [each for each in await platform.alarms.newest() if each.last > moment.now() - _DAY]
    if sounded:
        return Finding(False, mark("一天之内的警报"), sum(each.count for each in sounded))
    return Finding(True, mark("一天之内没有警报"))


CHECKS: dict[str, Check] = {
    mark("消息"): _waiting,
    mark("死信"): _dead,
    mark("警报"): _alarms,
    mark("身份比对"): _linkage,
    mark("索引"): _indexing,
    mark("变更通知"): _caches,
    mark("时钟"): _clock,
    mark("数据库版本"): _version,
    mark("数据库成员"): _copies,
}
"""What is looked at, by its name (a msgid)."""

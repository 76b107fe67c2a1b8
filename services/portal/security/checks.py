"""Checks: how a security line stands on this platform right now, where a running platform can tell."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from auth import moment
from auth.store import directory, reviews
from fhir.store.rewrapping import left
from services.alarms.alarm import Kind
from services.platform import Platform
from services.portal.catalogue import mark


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: is it well, in which words (a text of the catalogue), with which number."""

    well: bool
    text: str
    count: int | None = None


Check = Callable[[Platform], Awaitable[Finding]]


async def _demonstration(platform: Platform) -> Finding:
    count = await directory.demonstrations(platform.database)
    if count:
        return Finding(False, mark("有演示账号，密码是公开的"), count)
    return Finding(True, mark("没有演示账号"))


async def _factors(platform: Platform) -> Finding:
    count = await directory.without_factor(platform.database)
    if count:
        return Finding(True, mark("还没有登记第二因素的工作人员，下次登录时登记"), count)
    return Finding(True, mark("工作人员都有第二因素"))


async def _address(platform: Platform) -> Finding:
    if platform.settings.address.startswith("https:"):
        return Finding(True, mark("地址是 https"))
    return Finding(False, mark("地址没有加密，只适合在本机试用"))


async def _transport(platform: Platform) -> Finding:
    settings = platform.settings
    if settings.mllp_tls_certificate:
        return Finding(True, mark("医院接口用 TLS"))
    if _local(settings.host):
        return Finding(True, mark("医院接口没有加密，但只有本机能连"))
    return Finding(False, mark("医院接口没有加密"))


def _local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _labels(platform: Platform) -> Finding:
    job = await platform.store.reindexing.status()
    if job is None or job.get("rules") is None or job["state"] == "done":
        return Finding(True, mark("全部内容都按现在的规则标记"))
    if job["state"] == "failed":
        return Finding(False, mark("按新规则重新标记没有做完，重启后再做"))
    return Finding(False, mark("正在按新规则重新标记，还剩"), max(job["total"] - job["done"], 0))


async def _emergencies(platform: Platform) -> Finding:
    _, late = await platform.grounds.emergencies.count_waiting()
    if late:
        return Finding(False, mark("紧急查看超过二十四小时没有复核"), late)
    return Finding(True, mark("没有逾期未复核的紧急查看"))


async def _roots(platform: Platform) -> Finding:
    due = await platform.anchoring.due()
    if due:
        return Finding(False, mark("有些天的审计根还没有做成"), len(due))
    return Finding(True, mark("过去每一天都有审计根"))


async def _complete(platform: Platform) -> Finding:
    day = moment.now() - timedelta(days=1)
    sounded = [
        alarm
        for alarm in await platform.alarms.newest()
        if alarm.kind == Kind.AUDIT_INCOMPLETE and alarm.last > day
    ]
    if sounded:
        return Finding(
            False, mark("一天之内有试探性查看没有出现在日志里"), sum(each.count for each in sounded)
        )
    return Finding(True, mark("一天之内没有发现缺漏"))


async def _keys(platform: Platform) -> Finding:
    ring = platform.store.vault.ring
    if await left(platform.database["keys"], ring):
        return Finding(False, mark("有数据密钥还在从前的主密钥之下"))
    if ring.former:
        return Finding(False, mark("从前的主密钥还在使用"), len(ring.former))
    return Finding(True, mark("数据密钥都在现在的主密钥之下"))


async def _key_file(platform: Platform) -> Finding:
    settings = platform.settings
    if settings.master_key or not settings.key_file.exists():
        return Finding(True, mark("主密钥由环境给出"))
    if settings.key_file.stat().st_mode & 0o077:
        return Finding(False, mark("主密钥文件别的用户也能读"))
    return Finding(True, mark("主密钥文件只有本用户能读"))


async def _told(platform: Platform) -> Finding:
    settings = platform.settings
    if settings.alarm_webhook or settings.mail_receivers:
        return Finding(True, mark("警报会送出"))
    return Finding(False, mark("警报只在管理台上，没有送出的地方"))


async def _sweeps(platform: Platform) -> Finding:
    waiting = [each for each in await reviews.newest(platform.database) if each.reviewed is None]
    if waiting:
        return Finding(False, mark("可疑查看等待核查"), len(waiting))
    return await _told(platform)


CHECKS: dict[int, Check] = {
    1: _demonstration,
    4: _factors,
    6: _address,
    15: _labels,
    19: _emergencies,
    25: _roots,
    27: _complete,
    28: _transport,
    29: _keys,
    32: _key_file,
    39: _sweeps,
}
"""The check of a line, by its number; the other lines hold, or not, however the platform is set up."""

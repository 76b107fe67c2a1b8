"""Alarms in the reader's language: the sentences that sound, the names of their facts and what some of these
say, as they are stored and sent -> msgids.

What is not here is shown as it was sent.
"""

from auth.store.cases import Kind
from services.portal.catalogue import mark
from services.portal.console.review_views import SIGNS

_OPENED = (
    "A file was opened in an emergency: it waits for a privacy officer's review, and the resident is told."
)
TEXTS = {
    "A source sends nothing though it usually does at this time.": mark(
        "一个来源现在没有送消息，平时这个时候是有的。"
    ),
    "Messages of a source wait too long.": mark("一个来源的消息等待太久。"),
    "Dead letters of a source are left too long.": mark("一个来源的死信太久没有处理。"),
    "A message was put among the dead letters, since it held up others of its patient.": mark(
        "一条消息挡住了同一患者的其他消息，已放到死信里。"
    ),
    "A synthetic access did not appear in the audit within a minute.": mark(
        "一次测试访问一分钟内没有出现在审计记录里。"
    ),
    "A synthetic access could not be made: the API did not answer it.": mark(
        "测试访问没有做成：接口没有回答。"
    ),
    "The daily root of the audit is overdue.": mark("每日审计根过期没有做成。"),
    "A look at files that no care explains waits for a privacy officer.": mark(
        "有些查看不能用诊疗解释，等隐私专员核查。"
    ),
    _OPENED: mark("有人紧急打开了一份档案：等隐私专员核查，居民已得到通知。"),
    "A file was opened in an emergency, and nobody has reviewed that within 24 hours.": mark(
        "有人紧急打开了一份档案，24小时内没有人核查。"
    ),
    "A resident's complaint or request for a correction was not answered within its term.": mark(
        "居民的投诉或更正请求过了期限没有答复。"
    ),
    "an authorization code came twice": mark("同一个授权码来了两次。"),
    "a refresh token came twice": mark("同一个刷新令牌来了两次。"),
    "an app waits for approval": mark("有应用等待批准。"),
    "The clocks of a process and of the database differ by more than a second.": mark(
        "一个进程的时钟和数据库的时钟相差一秒以上。"
    ),
    "The file of a setting holds no certificate that can be read.": mark(
        "一项设置的文件里没有读得出的证书。"
    ),
    "A certificate ends soon.": mark("一张证书快到期了。"),
    "A certificate has ended.": mark("一张证书已经到期。"),
}
FACTS = {
    "about": mark("种类"),
    "case": mark("事项"),
    "client": mark("应用"),
    "count": mark("数量"),
    "days": mark("天数"),
    "dead": mark("死信数"),
    "ends": mark("到期日"),
    "host": mark("主机"),
    "house": mark("机构"),
    "message": mark("消息"),
    "milliseconds": mark("毫秒"),
    "opening": mark("紧急打开"),
    "overdue": mark("过期的事项"),
    "process": mark("进程"),
    "result": mark("结果"),
    "review": mark("核查"),
    "setting": mark("设置项"),
    "sign": mark("迹象"),
    "source": mark("来源"),
    "waiting": mark("等待的消息"),
}
VALUES = {
    "about": {Kind.COMPLAINT: mark("投诉一次查看"), Kind.CORRECTION: mark("请求更正一条记录")},
    "result": {"missing": mark("没有出现在审计记录里"), "unread": mark("接口没有回答")},
    "sign": SIGNS,
}
"""What a fact says, by its name, where that is one of a few."""

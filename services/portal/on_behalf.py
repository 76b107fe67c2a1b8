"""On behalf: what a page says to somebody who looks at another's file, where it would call it his own.

A parent's, an adult's and a help desk's pages are the resident's own; "my medicines" on them would be the
reader's.
Each text for the resident himself -> the one for whoever looks for him; all others are the same for both.
"""

from collections.abc import Callable

from services.portal.catalogue import mark

TEXTS = {
    mark("我的档案"): mark("档案"),
    mark("我的药"): mark("用的药"),
    mark("我的药，详细的"): mark("用的药，详细的"),
    mark("我对什么过敏"): mark("对什么过敏"),
    mark("我的健康问题"): mark("健康问题"),
    mark("我可以做"): mark("可以代办"),
    mark("我的健康摘要"): mark("健康摘要"),
    mark("打印我的档案"): mark("打印这份档案"),
    mark("下载我的档案（PDF）"): mark("下载这份档案（PDF）"),
    mark("下载我的档案（FHIR 数据文件，给别的应用用）"): mark("下载这份档案（FHIR 数据文件，给别的应用用）"),
    mark("谁看过我的档案"): mark("谁看过档案"),
    mark("最近谁看过我的档案"): mark("最近谁看过这份档案"),
    mark("还没有人看过您的档案。"): mark("还没有人看过这份档案。"),
    mark("十二个月里没有别人看过您的档案。"): mark("十二个月里没有别人看过这份档案。"),
    mark("别人，不算我自己"): mark("别人，不算居民本人"),
    mark("档案里没有过敏记录。如果您对什么过敏，请告诉医生。"): mark(
        "这份档案里没有过敏记录。如果对什么过敏，请告诉医生。"
    ),
    mark("档案里没有诊断记录。"): mark("这份档案里没有诊断记录。"),
    mark("档案里还没有检查结果。"): mark("这份档案里还没有检查结果。"),
    mark("档案里没有正在使用的药。"): mark("这份档案里没有正在使用的药。"),
    mark("档案里没有疫苗记录。"): mark("这份档案里没有疫苗记录。"),
    mark("档案里没有看病记录。"): mark("这份档案里没有看病记录。"),
    mark("档案里没有报告。"): mark("这份档案里没有报告。"),
    mark("医生问过：现在不用药。"): mark("医生问过：目前不用药。"),
    mark("不要自己停药或改变用量。有疑问请问医生。"): mark("请不要自行停药或改变用量。有疑问请问医生。"),
    mark("比正常范围高。下次看医生时问一问。"): mark("比正常范围高。下次看病时问一问医生。"),
    mark("比正常范围低。下次看医生时问一问。"): mark("比正常范围低。下次看病时问一问医生。"),
    mark("结果和平常不一样。下次看医生时问一问。"): mark("结果和平常不一样。下次看病时问一问医生。"),
    mark("您的档案被紧急打开过"): mark("这份档案被紧急打开过"),
    mark("您的档案被紧急打开，三十天里总会写在第一页。"): mark(
        "档案被紧急打开，三十天里总会写在它的第一页。"
    ),
    mark("选上的，有了就写在您的第一页最上面，直到您说“我知道了”。"): mark(
        "选上的，有了就写在这份档案的第一页最上面，直到您说“我知道了”。"
    ),
    mark("有新的单位看过或想看我的档案"): mark("有新的单位看过或想看这份档案"),
    mark("我的档案被紧急打开"): mark("这份档案被紧急打开"),
    mark("我的请求有了答复"): mark("请求有了答复"),
    mark("我的请求"): mark("请求"),
    mark("我的请求和答复"): mark("请求和答复"),
    mark("放错的记录已放回您的档案"): mark("放错的记录已放回这份档案"),
    mark("不是您的记录已移走"): mark("别人的记录已移走"),
    mark("%(kind)s（%(date)s）是您的，曾错误地放在别人的档案里，现在已放到您的档案中。"): mark(
        "%(kind)s（%(date)s）是这份档案的，曾错误地放在别人的档案里，现在已放回来。"
    ),
    mark(
        "%(kind)s（%(date)s）不是您的，曾错误地放在您的档案里，现在已移走。看过它的人都会收到通知。"
        "如果您曾按它用药或治疗，请联系医生。"
    ): mark(
        "%(kind)s（%(date)s）是别人的，曾错误地放在这份档案里，现在已移走。看过它的人都会收到通知。如果曾按它用药或治疗，请联系医生。"
    ),
    mark("那家医院会在自己的系统里改，改好的内容会送到您的档案。"): mark(
        "那家医院会在自己的系统里改，改好的内容会送到这份档案。"
    ),
    mark(
        "做一个二维码（SMART 健康链接），给医生扫。他只看得到您选的内容，到时间就看不到了："
        "打开的页面也会自己收起，"
        "但他可以抄下来或拍下来。"
        "谁扫过，记在“谁看过我的档案”里。"
    ): mark(
        "做一个二维码（SMART 健康链接），给医生扫。医生只看得到您选的内容，到时间就看不到了："
        "打开的页面也会自己收起，"
        "但医生可以抄下来或拍下来。"
        "谁扫过，记在“谁看过档案”里。"
    ),
    mark("登记的身份证号、电话和住址不会给他看（报告里写着的除外）。"): mark(
        "登记的身份证号、电话和住址不会给医生看（报告里写着的除外）。"
    ),
    mark(
        "身份证号、电话和住址不印，也不会给他看（报告里写着的除外）。谁扫过，记在“谁看过我的档案”里；什么时候都可以收回。"
    ): mark(
        "身份证号、电话和住址不印，也不会给扫的人看（报告里写着的除外）。谁扫过，记在“谁看过档案”里；什么时候都可以收回。"
    ),
    mark("按您的规则"): mark("按档案的规则"),
    mark("您同意他们看"): mark("居民同意他们看"),
    mark("您指定的成年人"): mark("居民指定的成年人"),
    mark("扫了您二维码的人，身份未证实"): mark("扫了二维码的人，身份未证实"),
    mark("您用二维码分享"): mark("用二维码分享"),
    mark("家庭医生签约"): mark("居民的家庭医生签约"),
    mark("在这里看过病"): mark("居民在这里看过病"),
    mark("在这里建过档"): mark("居民在这里建过档"),
    mark("办理您的授权、投诉、核查或家人的申请"): mark("办理授权、投诉、核查或家人的申请"),
    mark("应用，经您同意"): mark("应用，经居民同意"),
    mark("您允许这个应用查看"): mark("居民允许这个应用查看"),
    mark("允许%(app)s 知道您是谁"): mark("允许%(app)s 知道居民是谁"),
    mark("本人查看"): mark("居民本人查看"),
    mark("代您查看"): mark("代居民查看"),
    mark("看不到这些，医生可能重复检查，或用药时不知道您的情况。没有人会因为这条规则拒绝给您看病。"): mark(
        "看不到这些，医生可能重复检查，或用药时不知道全部情况。没有人会因为这条规则拒绝看病。"
    ),
    mark("直到撤回；没有给您看病的，最多十二个月"): mark("直到撤回；不给居民看病的，最多十二个月"),
    mark(
        "没有给您看病的医院或医生，除了这些内容，只看得到这是谁的档案（姓名、出生日期、号码、电话、地址）；"
        "最多看十二个月，到时可以再写一条。"
    ): mark(
        "不给居民看病的医院或医生，除了这些内容，只看得到这是谁的档案（姓名、出生日期、号码、电话、地址）；最多看十二个月，到时可以再写一条。"
    ),
}


AT_THE_DESK = TEXTS | {
    "档案里没有诊断记录。": mark("这里没有可以给您看的诊断记录。"),
    "档案里还没有检查结果。": mark("这里没有可以给您看的检查结果。"),
    "档案里没有正在使用的药。": mark("这里没有可以给您看的正在使用的药。"),
    "档案里没有看病记录。": mark("这里没有可以给您看的看病记录。"),
    "档案里没有报告。": mark("这里没有可以给您看的报告。"),
}
"""For a help desk, from which something may be hidden: always so, that nothing tells whether it is."""


def of_another(text: str) -> str:
    """A text for the resident himself, as another is told it of him (both msgids)."""
    return TEXTS.get(text, text)


def spoken_to(gettext: Callable[[str], str], *, desk: bool = False) -> Callable[[str], str]:
    """The same translation, for whoever looks at another's file, or helps him at a `desk`."""
    texts = AT_THE_DESK if desk else TEXTS
    return lambda text: gettext(texts.get(text, text))

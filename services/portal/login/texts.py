"""What a refused log-in is told, in the pages' own words."""

from auth.login.log_in import LogInRefused, Reason
from services.portal.catalogue import mark

_REASONS = {
    Reason.WRONG: mark("账号、密码或验证码不对。"),
    Reason.WAIT: mark("错误次数太多，请稍后再试。"),
    Reason.PASSKEY: mark("没有认出这个通行密钥，请再试一次。"),
    Reason.OVER: mark("等待时间太长，请重新登录。"),
    Reason.FEDERATED: mark("外部登录没有成功，请再试一次，或用账号和密码登录。"),
    Reason.UNBOUND: mark(
        "这个外部身份还没有对应的账号。请先用账号和密码登录，在“我的登录方式”里连接；没有账号的，请到服务台办理。"
    ),
}
_OBJECTIONS = (
    ("at least", mark("密码太短。")),
    ("at most", mark("密码太长。")),
    ("among the first", mark("这个密码太常见，请换一个。")),
    ("made of the name", mark("密码里不能用姓名或账号。")),
    ("differ from the old", mark("新密码不能和旧密码一样。")),
)
_OBJECTION = mark("这个密码不能用，请换一个。")


def refusal_text(refused: LogInRefused) -> str:
    """The msgid for a refusal."""
    if refused.reason in _REASONS:
        return _REASONS[refused.reason]
    return next((text for words, text in _OBJECTIONS if words in str(refused)), _OBJECTION)

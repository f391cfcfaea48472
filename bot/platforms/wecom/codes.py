"""What WeCom's return codes mean for a message on its way (wecom.md §10.1, doc/90313).

Reasons are for an operator, in Chinese. They never quote `errmsg`, only the hint number and address in it.
"""

import re
from datetime import datetime, timedelta, timezone

from bot.platforms.outcomes import Configuration, Dead, Exists, Expired, Outcome, Retry, Unknown

__all__ = ["Configuration", "Dead", "Exists", "Expired", "Outcome", "Retry", "Unknown", "outcome"]

STALE_TOKEN = frozenset({40001, 40014, 41001, 42001})
USED_CODE = 60140
KNOWN_TASK = 42014
RATE = 45009
UNTRUSTED_ADDRESS = 60020

BEIJING = timezone(timedelta(hours=8))
SETTING_PAUSE = 300.0
TOKEN_PAUSE = 5.0

_RETRY: dict[int, tuple[str, float]] = {
    -1: ("企业微信系统繁忙", 2.0),
    6000: ("数据版本冲突", 2.0),
    45033: ("并发调用过多", 5.0),
    **dict.fromkeys((40014, 41001, 42001), ("访问凭证失效", TOKEN_PAUSE)),
}
_SETTING: dict[int, str] = {
    40001: "应用 Secret 不正确",
    40013: "企业 ID（corp_id）不正确",
    40056: "应用 AgentID 不正确",
    40091: "应用 Secret 不正确",
    41002: "缺少企业 ID（corp_id）",
    41004: "缺少应用 Secret",
    41011: "缺少应用 AgentID",
    43012: "应用没有配置接收消息的回调 URL",
    48002: "应用没有该接口的权限",
    48004: "应用的授权已失效",
    48005: "该接口已停用",
    48006: "应用的接口权限已被收回",
    50003: "应用已停用",
    60011: "应用没有该成员、部门或标签的权限，请检查可见范围",
    60020: "服务器 IP 不在企业可信 IP 中",
    60031: "该应用被禁止调用接口",
    301002: "Secret 与 AgentID 不属于同一个应用",
}
_DEAD: dict[int, str] = {
    40008: "消息类型不正确",
    40032: "一次发送的成员过多",
    40033: "消息含有不允许的字符",
    40035: "参数不正确",
    40058: "参数不正确",
    41016: "缺少参数",
    41033: "缺少参数",
    42016: "要更新的卡片不存在",
    43004: "成员没有绑定微信",
    44004: "消息内容为空",
    45002: "消息内容过长",
    45008: "图文超过 8 条",
    81012: "没有指定接收人",
    81013: "接收人全部无效，请检查可见范围和账号",
    82001: "没有指定接收人",
    82002: "一次发送的部门过多",
    82003: "一次发送的标签过多",
    **dict.fromkeys((40003, 40031, 46004, 60111, 60021, 92000), "成员不存在或不在应用可见范围内"),
    **dict.fromkeys(range(42027, 42052), "卡片字段不正确"),
}


def outcome(code: int, errmsg: str, now: float) -> Outcome:
    """What a non-zero code means. `now` is real Unix seconds, for limits that end with the day."""
    if code == RATE:
        return Retry(_told("调用过于频繁", code, errmsg), _window(errmsg, now))
    if code == USED_CODE:
        return Expired(_told("卡片的更新凭证已使用或过期", code, errmsg))
    if code == KNOWN_TASK:
        # Our task ids are well-formed, so this can only mean that the id was used before.
        return Exists(_told("这张卡片已经发出", code, errmsg))
    if code in _RETRY:
        words, after = _RETRY[code]
        return Retry(_told(words, code, errmsg), after)
    if code in _SETTING:
        return Configuration(_told(_SETTING[code], code, errmsg), SETTING_PAUSE)
    return Dead(_told(_DEAD.get(code, "企业微信返回未知错误"), code, errmsg))


def _told(words: str, code: int, errmsg: str) -> str:
    """The reason with the code and what WeCom's support asks for."""
    short = errmsg[:2000]
    hint = re.search(r"hint: ?\[?([0-9_]{1,40})", short, re.ASCII)
    address = re.search(r"from ip: ?([0-9a-fA-F.:]{3,45})", short) if code == UNTRUSTED_ADDRESS else None
    details = [f"返回码 {code}"]
    details += [f"hint {hint[1]}"] if hint else []
    details += [f"IP {address[1]}"] if address else []
    return f"{words}（{'，'.join(details)}）"


def _window(errmsg: str, now: float) -> float:
    """Seconds until the exceeded window has passed, as far as the message names it."""
    words = errmsg[:2000].lower()
    if re.search(r"\bda(?:y|ily)\b|每[天日]|天", words):
        local = datetime.fromtimestamp(now, BEIJING)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return (midnight - local).total_seconds() + 60.0
    return 3600.0 if re.search(r"\bhour(?:ly)?\b|小时", words) else 60.0

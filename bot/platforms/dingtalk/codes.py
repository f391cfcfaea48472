"""What DingTalk's error codes mean for a message on its way (dingtalk.md §4.2, §5.3, §6.1, §11).

Reasons are for an operator, in Chinese. They quote the code, and of the message nothing.
"""

import re

from bot.platforms.dingtalk.reading import Row, part, word
from bot.platforms.outcomes import Configuration, Dead, Exists, Expired, Outcome, Retry, Unknown


class StaleToken(Retry):
    """The access token is no longer good."""


class Unsafe(Dead):
    """DingTalk's content check refuses these words."""


class SessionOver(Dead):
    """The address for answering a conversation has ended."""


SETTING_PAUSE = 300.0
QUOTA_PAUSE = 3600.0
BLOCK_PAUSE = 300.0
BLOCKED = 1111

_SETTING = {
    "Forbidden.AccessDenied.IpNotInWhiteList": "服务器 IP 不在钉钉应用的白名单中",
    "param.templateNotExist": "没有这个卡片模板，请核对 card_template_id",
    "param.templateUnpublished": "卡片模板还没有发布",
    "robot.oto.notExist": "应用没有启用机器人",
    "chatbotId.notAllow.sendOTO": "机器人没有单聊权限",
    "bot.stopped": "机器人已停用",
    "invalidClientIdOrSecret": "client_id 或 client_secret 不正确",
    "authFailed": "client_id 或 client_secret 不正确",
}
_DEAD = {
    "staffId.notExisted": "成员不存在或不在应用可见范围内",
    "param.userIdNotExist": "成员不存在或不在应用可见范围内",
    "group.disbanded": "群已解散",
    "session.notExisted": "会话不存在",
    "session.expired": "会话已失效",
    "bot.forbidden.sendMessage": "机器人在群里被禁言",
    "send.forbidden": "不允许发送",
}


def outcome(status: int, answer: Row) -> Outcome:
    """What an HTTP answer of the new API other than 200 means; `answer` is empty where it was no JSON."""
    code = word(answer, "code")[:120]
    if status == 401 or code in ("InvalidAuthentication", "Invalid.Authentication"):
        return StaleToken(_told("钉钉访问凭证失效", code, status), 5.0)
    if answer.get("status") == BLOCKED or code.endswith("ApiCountLimitForOrg"):
        return _spent(code, status)
    if code in _SETTING or code.startswith("invalidParameter.robotCode"):
        return Configuration(_told(_SETTING.get(code, "robot_code 不正确"), code, status), SETTING_PAUSE)
    if code.endswith("AccessTokenPermissionDenied"):
        return Configuration(_told(f"应用缺少权限{_scopes(answer)}", code, status), SETTING_PAUSE)
    if pause := _too_fast(code, status):
        return Retry(_told("调用钉钉过于频繁", code, status), pause)
    if code == "param.cardAlreadyExist":
        return Exists(_told("这张卡片已经发出", code, status))
    if code == "param.cardNotExist":
        return Expired(_told("要更新的卡片不存在", code, status))
    if code.startswith("contain.") or code == "param.contentUnsafe":
        return Unsafe(_told("内容没有通过钉钉的安全检查", code, status))
    return _by_status(code, status)


def session_outcome(errcode: int) -> Outcome:
    """What a non-zero answer of a session or group webhook means (dingtalk.md §5.5, §7)."""
    told = f"（返回码 {errcode}）"
    if errcode == 300001:
        return SessionOver(f"会话的回复地址已失效{told}")
    if errcode == -1:
        return Retry(f"钉钉系统繁忙{told}", 2.0)
    if errcode in (130101, 302033, 410100):
        return Retry(f"发送过于频繁{told}", 60.0)
    if 430101 <= errcode <= 430104:
        return Unsafe(f"内容没有通过钉钉的安全检查{told}")
    if errcode in (310000, 400101, 400102, 400106):
        return Configuration(f"群机器人的安全设置或地址不对{told}", SETTING_PAUSE)
    return Dead(f"钉钉没有接受这条消息{told}")


def _spent(code: str, status: int) -> Outcome:
    if code:
        return Configuration(_told("企业本月的钉钉接口调用额度已用完", code, status), QUOTA_PAUSE)
    return Retry(_told("服务器 IP 暂时被钉钉限制", code, status), BLOCK_PAUSE)


def _too_fast(code: str, status: int) -> float:
    """Seconds to wait, 0 when that is not what is wrong. 403 alone says nothing."""
    if "QpmLimit" in code:
        return 60.0
    if "QpsLimit" in code or status == 429:
        return 1.0
    return 5.0 if code in ("send.too.fast", "send.byToken.tooFast") else 0.0


def _by_status(code: str, status: int) -> Outcome:
    if status == 503:
        return Retry(_told("钉钉服务器暂时拒绝", code, status), 5.0)
    if status >= 500:
        return Unknown(_told("钉钉服务器出错", code, status), 5.0)
    if code:
        return Dead(_told(_DEAD.get(code, "钉钉没有接受"), code, status))
    if status in (400, 403):
        # A page instead of an answer: some gateway on the way, not the platform's word on the message.
        return Unknown(_told("钉钉服务器的应答不是预期的 JSON", code, status), 5.0)
    return Configuration(_told("接口地址不可用，请检查 api_base", code, status), SETTING_PAUSE)


def _scopes(answer: Row) -> str:
    scopes = part(answer, "accessdenieddetail").get("requiredScopes")
    names = [scope for scope in scopes if isinstance(scope, str)] if isinstance(scopes, list) else []
    shown = [name for name in names[:5] if re.fullmatch(r"[A-Za-z0-9._\-]{1,60}", name, re.ASCII)]
    return "：" + "、".join(shown) if shown else ""


def _told(words: str, code: str, status: int) -> str:
    shown = code if re.fullmatch(r"[A-Za-z0-9._\-]{1,120}", code, re.ASCII) else ""
    return f"{words}（HTTP {status}{'，' if shown else ''}{shown}）"

"""The two ways in which DingTalk says no: an HTTP status with a code, and errcode with HTTP 200."""

import secrets
from collections.abc import Mapping

QPS = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
QUOTA = "Forbidden.AccessDenied.ApiCountLimitForOrg"
NO_PERMISSION = "Forbidden.AccessDenied.AccessTokenPermissionDenied"

OLD_MEANINGS: Mapping[int, str] = {
    -1: "系统繁忙",
    33012: "无效的USERID",
    40004: "不合法的媒体文件类型",
    40005: "不合法的文件类型",
    40006: "不合法的文件大小",
    40007: "不合法的媒体文件id",
    40014: "不合法的access_token",
    40035: "缺少参数 json",
    40089: "不合法的corpId或corpSecret",
    40104: "无效手机号",
    42001: "access_token已过期",
    43004: "无效的HTTP HEADER Content-Type",
    60003: "部门不存在",
    60121: "找不到该用户",
    90018: "应用调用该接口的频率超过限制",
    90020: "本月接口调用量已用尽",
    300001: "session 不存在",
    310000: "安全校验不通过",
    400002: "参数错误",
    400101: "access_token不存在",
    400105: "不支持的消息类型",
    410100: "发送速度太快而限流",
    460101: "message too long, exceed 20000 bytes",
}
# What the switches of the page ask for, in the numbers of the sandbox, spelled in this platform's codes.
FORCED: Mapping[int, tuple[int, str, int]] = {
    -1: (500, "system.busy", -1),
    45009: (403, QPS, 90018),
    90018: (403, QPS, 90018),
    90020: (403, QUOTA, 90020),
    60011: (403, NO_PERMISSION, 60011),
}


class Refused(Exception):
    """A call to the new host that is not served: HTTP status and code. `extra` joins the body."""

    def __init__(self, code: str, message: str = "", status: int = 400, **extra: object) -> None:
        super().__init__(code)
        self.code, self.message, self.status, self.extra = code, message or code, status, extra

    def answer(self) -> dict[str, object]:
        """The body; `requestid` is all lower-case."""
        named = {"code": self.code, "requestid": secrets.token_hex(8).upper(), "message": self.message}
        return {**named, **self.extra}


class OldRefused(Exception):
    """A call to the old host that is not served: errcode with HTTP 200."""

    def __init__(self, errcode: int, errmsg: str = "") -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.errmsg = errmsg or OLD_MEANINGS.get(errcode, "error")

    def answer(self) -> dict[str, object]:
        """The body; a missing permission is wrapped in errcode 88."""
        request_id = {"request_id": secrets.token_hex(6)}
        if self.errcode == 60011:
            wrapped = f"ding talk error[subcode=60011,submsg={self.errmsg}]"
            inside = {"sub_code": "60011", "sub_msg": self.errmsg}
            return {"errcode": 88, "errmsg": wrapped, **inside, **request_id}
        return {"errcode": self.errcode, "errmsg": self.errmsg, **request_id}

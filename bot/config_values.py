"""What one value of the configuration may look like. A check says what is wrong, never the value."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal, NoReturn
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainValidator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from yarl import URL

from bot.secrets import Secret

PLACEHOLDER = "FILL-IN"
SHORTEST_SECRET = 16
SHORTEST_TOKEN = 8


def refuse(zh: str, en: str) -> NoReturn:
    """Say what is wrong and what to do, in both languages."""
    raise ValueError(f"{zh} · {en}")


def text(value: object) -> str:
    """Some words, with nothing around them: a blank that was copied along breaks keys and names."""
    if not isinstance(value, str):
        refuse("要写成引号里的文字", "must be text in quotes")
    if not value:
        refuse("是空的，请填写", "is empty, fill it in")
    if PLACEHOLDER in value:
        refuse("还是示例文字，请换成您自己的值", "still holds the example's word, put your own value")
    if value != value.strip() or not value.isprintable():
        refuse("前后有空白或含有不可见字符", "has blanks around it or invisible characters in it")
    return value


def shaped(pattern: str, zh: str, en: str) -> Callable[[object], str]:
    """A check for text that matches the pattern as a whole."""
    shape = re.compile(pattern, re.ASCII)

    def check(value: object) -> str:
        given = text(value)
        if not shape.fullmatch(given):
            refuse(zh, en)
        return given

    return check


def long_enough(shortest: int) -> Callable[[object], str]:
    """A check for a secret: `shortest` characters at least, and not the same few again and again."""

    def check(value: object) -> str:
        given = text(value)
        if len(given) < shortest:
            refuse(f"太短，至少 {shortest} 个字符", f"too short, at least {shortest} characters")
        if len(set(given)) < 5:
            refuse("太容易猜到", "too easy to guess")
        return given

    return check


def token(value: object) -> str:
    """The Token of a callback: letters and digits, as the platform's console makes them."""
    given = long_enough(SHORTEST_TOKEN)(value)
    if not re.fullmatch("[A-Za-z0-9]{1,64}", given):
        refuse("只能有字母和数字", "letters and digits only")
    return given


def aes_key(value: object) -> str:
    """EncodingAESKey: exactly 43 letters and digits, the base64 of 32 bytes without its last sign."""
    given = text(value)
    if not re.fullmatch("[A-Za-z0-9]{43}", given):
        refuse("要正好 43 个字母或数字", "must be exactly 43 letters and digits")
    return long_enough(43)(given)


def key_bytes(value: object) -> bytes:
    """A key of [security]: standard base64 of 32 bytes that look random."""
    given = text(value)
    try:
        key = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    # One spelling only: equal keys are then equal texts.
    if len(key) != 32 or base64.b64encode(key).decode() != given:
        refuse(
            "要是 32 个字节的标准 base64，可用 make key 生成",
            "must be standard base64 of 32 bytes, `make key` prints one",
        )
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    if len(set(key)) < 12 or len(steps) < 3:
        refuse("不够随机，可用 make key 生成", "not random enough, `make key` prints one")
    return key


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def address(secure: str, plain: str, *, query: bool = False) -> Callable[[object], str]:
    """A check for an absolute URL without user or fragment; the plain scheme is for this machine only."""

    def check(value: object) -> str:
        given = text(value)
        url = _parsed(given)
        if url is None or url.scheme not in (secure, plain) or not url.host or " " in given:
            refuse(f"要是完整的 {secure}:// 地址", f"must be a whole {secure}:// address")
        if (
            url.user is not None
            or url.password is not None
            or url.fragment
            or (url.query_string and not query)
        ):
            refuse("不能带用户名、参数或 #", "must not carry a user, a query or a #")
        if url.scheme == plain and not _loopback(url.host):
            refuse(f"除本机外必须用 {secure}", f"must be {secure} unless it is on this machine")
        return given if query else str(url).rstrip("/")

    return check


def _parsed(given: str) -> URL | None:
    try:
        url = URL(given)
        _ = url.port  # Read here, where a port out of range may raise.
    except ValueError:
        return None
    return url


def webhook(value: object) -> str:
    """A group webhook: its query holds the key, so the whole address is a secret."""
    given = address("https", "http", query=True)(value)
    if not URL(given).query_string:
        refuse("要是带 key 的完整 Webhook 地址", "must be the whole webhook address, with its key")
    return given


def database(value: object) -> str:
    """A SQLite file or a PostgreSQL server."""
    given = text(value)
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in ("sqlite", "postgresql+psycopg"):
        refuse(
            "要以 sqlite:/// 或 postgresql+psycopg:// 开头",
            "must begin with sqlite:/// or postgresql+psycopg://",
        )
    if url.drivername == "sqlite" and (not url.database or url.database == ":memory:" or url.host):
        refuse("要写出文件，如 sqlite:///data/xiaoer.db", "must name a file, as in sqlite:///data/xiaoer.db")
    if url.drivername != "sqlite" and not url.database:
        refuse("缺少数据库名", "names no database")
    return given


def zone(value: object) -> ZoneInfo:
    """A time zone by its IANA name."""
    try:
        return ZoneInfo(text(value))
    except (LookupError, OSError, ValueError):
        refuse("没有这个时区，例如 Asia/Shanghai", "no such time zone, for example Asia/Shanghai")


def _number(value: object) -> object:
    return refuse("要是数字", "must be a number") if isinstance(value, bool) else value


def minutes(value: object) -> timedelta:
    """A whole number of minutes, a day at most."""
    given = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if not re.fullmatch("[0-9]{1,4}", given) or not 1 <= int(given) <= 1440:
        refuse("要是 1 到 1440 分钟", "must be minutes, 1 to 1440")
    return timedelta(minutes=int(given))


@dataclass(frozen=True, slots=True)
class Admin:
    """An account that may administer before anybody has a role."""

    platform: Literal["wecom", "dingtalk"]
    connection: str
    userid: str


def admin(value: object) -> Admin:
    """An administrator as it is written: `wecom:CONNECTION:USERID`."""
    platform, _, rest = text(value).partition(":")
    connection, _, userid = rest.partition(":")
    if platform not in ("wecom", "dingtalk") or not connection or not userid:
        refuse("要写成 wecom:连接名:账号", "must be wecom:CONNECTION:USERID")
    return Admin("wecom" if platform == "wecom" else "dingtalk", connection, userid)


def _secret_text(check: Callable[[object], str]) -> PlainValidator:
    def hide(value: Any) -> Secret[str]:
        return Secret(check(value))

    return PlainValidator(hide)


def _hidden_key(value: Any) -> Secret[bytes]:
    return Secret(key_bytes(value))


_NAME = shaped(
    "[A-Za-z0-9][A-Za-z0-9_-]{0,31}", "只能用字母、数字、- 和 _，最多 32 个", "letters, digits, - and _ only"
)
_WECOM_CORP = shaped("w[wx][A-Za-z0-9_-]{2,62}", "企业 ID 以 ww 或 wx 开头", "a corp id begins with ww or wx")
_DING_CORP = shaped("ding[A-Za-z0-9_-]{2,60}", "CorpId 以 ding 开头", "a CorpId begins with ding")
_HOST = shaped(r"[A-Za-z0-9.:_-]{1,253}", "要是主机名或 IP", "must be a host name or an IP address")

Text = Annotated[str, BeforeValidator(text)]
Name = Annotated[str, BeforeValidator(_NAME)]
WecomCorp = Annotated[str, BeforeValidator(_WECOM_CORP)]
DingCorp = Annotated[str, BeforeValidator(_DING_CORP)]
Host = Annotated[str, BeforeValidator(_HOST)]
HttpUrl = Annotated[str, BeforeValidator(address("https", "http"))]
SocketUrl = Annotated[str, BeforeValidator(address("wss", "ws"))]
Port = Annotated[int, BeforeValidator(_number), Field(ge=0, le=65535)]
AgentId = Annotated[int, BeforeValidator(_number), Field(ge=1, le=2**31 - 1)]
DailyPushes = Annotated[int, BeforeValidator(_number), Field(ge=1, le=1000)]
Minutes = Annotated[timedelta, PlainValidator(minutes)]
AdminLine = Annotated[Admin, PlainValidator(admin)]
Zone = Annotated[ZoneInfo, PlainValidator(zone)]
SecretText = Annotated[Secret[str], _secret_text(long_enough(SHORTEST_SECRET))]
Token = Annotated[Secret[str], _secret_text(token)]
AesKey = Annotated[Secret[str], _secret_text(aes_key)]
Webhook = Annotated[Secret[str], _secret_text(webhook)]
DatabaseUrl = Annotated[Secret[str], _secret_text(database)]
Key = Annotated[Secret[bytes], PlainValidator(_hidden_key)]

"""Configuration is a value: read once at the start, checked as a whole, then handed out piece by piece."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, TypeAdapter, ValidationError
from sqlalchemy.engine import make_url

from bot import config_values as values
from bot.config_rules import cross_problems
from bot.config_source import Loc, Source, read_source
from bot.config_words import explain

_HOME = ZoneInfo("Asia/Shanghai")
_STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class BadConfig(Exception):
    """The configuration cannot be used. `problems` names every key and what to do; no secret is in it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Server:
    """Where we listen, and the address by which platforms and browsers reach us."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    host: values.Host = "127.0.0.1"
    port: values.Port = 8080
    public_url: values.HttpUrl | None = None
    metrics_token: values.SecretText | None = None


@dataclass(frozen=True, slots=True)
class Database:
    """The one store. Its URL may hold a password, so it is a secret; `shown` may be printed."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    url: values.DatabaseUrl

    @property
    def shown(self) -> str:
        """The URL without its password and its parameters."""
        return make_url(self.url.reveal()).set(query={}).render_as_string(hide_password=True)


@dataclass(frozen=True, slots=True)
class Security:
    """Keys of 32 bytes: fields at rest (newest first), blind index, taps on cards, audit chain."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    field_keys: tuple[values.Key, ...]
    blind_index_key: values.Key
    tap_key: values.Key
    audit_key: values.Key


@dataclass(frozen=True, slots=True)
class Bot:
    """How 小二 presents itself. `undo_window`: how long 撤销 works."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: values.Text = "小二"
    language: Literal["zh", "en"] = "zh"
    timezone: values.Zone = _HOME
    admins: tuple[values.AdminLine, ...] = ()
    undo_window: values.Minutes = timedelta(minutes=15)
    daily_push_max: values.DailyPushes = 20


@dataclass(frozen=True, slots=True)
class Wecom:
    """A self-built WeCom app."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: values.Name
    corp_id: values.WecomCorp
    agent_id: values.AgentId
    secret: values.SecretText
    token: values.Token
    encoding_aes_key: values.AesKey
    api_base: values.HttpUrl = "https://qyapi.weixin.qq.com/cgi-bin"


@dataclass(frozen=True, slots=True)
class WecomBot:
    """A WeCom 智能机器人: with token and key by callback, with bot_id and secret by long connection."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: values.Name
    token: values.Token | None = None
    encoding_aes_key: values.AesKey | None = None
    bot_id: values.Text | None = None
    secret: values.SecretText | None = None
    ws_base: values.SocketUrl = "wss://openws.work.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class WecomGroup:
    """A WeCom group that we only push to, for one unit (code or full name)."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: values.Name
    webhook_url: values.Webhook
    unit: values.Text


@dataclass(frozen=True, slots=True)
class Dingtalk:
    """An internal DingTalk app. Without `robot_code` the client id is the robot's code."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: values.Name
    corp_id: values.DingCorp
    client_id: values.Text
    client_secret: values.SecretText
    robot_code: values.Text | None = None
    mode: Literal["stream", "http"] = "stream"
    api_base: values.HttpUrl = "https://api.dingtalk.com"
    oapi_base: values.HttpUrl = "https://oapi.dingtalk.com"
    event_token: values.Token | None = None
    event_aes_key: values.AesKey | None = None
    card_template_id: values.Text | None = None


@dataclass(frozen=True, slots=True)
class DingtalkGroup:
    """A DingTalk group that we only push to; `secret` is the 加签 secret."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: values.Name
    webhook_url: values.Webhook
    secret: values.SecretText
    unit: values.Text


@dataclass(frozen=True, slots=True)
class Config:
    """The whole, for `bot/app.py` alone; every part is given its piece."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    database: Database
    security: Security
    server: Server = Server()
    bot: Bot = Bot()
    wecom: tuple[Wecom, ...] = ()
    wecom_bot: tuple[WecomBot, ...] = ()
    wecom_group: tuple[WecomGroup, ...] = ()
    dingtalk: tuple[Dingtalk, ...] = ()
    dingtalk_group: tuple[DingtalkGroup, ...] = ()


_WHOLE = TypeAdapter(Config)


def load_config(path: Path | None, environ: Mapping[str, str], *, need_connection: bool = True) -> Config:
    """Read `path`, else `$XIAOER_CONFIG`, else `./config.toml`, under the environment. Raises `BadConfig`."""
    return _checked(read_source(path, environ), need_connection)


def config_from(tree: Mapping[str, object], *, need_connection: bool = True) -> Config:
    """The same checks for a tree that is already in memory, as `demo` makes one. Raises `BadConfig`."""
    return _checked(Source(dict(tree)), need_connection)


def _checked(source: Source, need_connection: bool) -> Config:
    if source.unreadable:
        raise BadConfig(tuple(source.problems))
    whole = {"database": {}, "security": {}} | source.tree
    crossed = cross_problems(whole, need_connection=need_connection)
    wrong: list[tuple[Loc, str]] = []
    try:
        config = _WHOLE.validate_python(whole)
    except ValidationError as invalid:
        # Not chained: the library's own words repeat the values.
        wrong = explain(invalid, Config)
    problems = [*source.problems, *(source.line(loc, words) for loc, words in [*wrong, *crossed])]
    if problems:
        raise BadConfig(tuple(dict.fromkeys(problems)))
    return config

"""A configuration is right as a whole, or the start stops with every mistake named and no secret told."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.config import BadConfig, config_from
from bot.config_values import Admin
from tests.right_config import changed, key, letters, right


def problems(tree: Mapping[str, object], **more: bool) -> tuple[str, ...]:
    with pytest.raises(BadConfig) as caught:
        config_from(tree, **more)
    return caught.value.problems


def test_a_right_configuration_is_a_plain_frozen_value() -> None:
    config = config_from(right())

    assert config.server.port == 8080
    assert config.wecom[0].name == "main"
    assert config.wecom[0].token.reveal() == "pQ7rZt2Kd9"
    assert config.wecom[0].api_base == "https://qyapi.weixin.qq.com/cgi-bin"
    assert config.security.field_keys[0].reveal() == hashlib.sha256(b"new").digest()
    assert config.bot.undo_window == timedelta(minutes=15)
    assert config.bot.timezone == ZoneInfo("Asia/Shanghai")


def test_nothing_printed_of_a_configuration_is_secret() -> None:
    tree = changed("database.url", "postgresql+psycopg://xiaoer:s3cret@db.example.com/xiaoer?sslkey=k")
    config = config_from(tree)

    printed = f"{config!r} {config} {config.database.shown}"

    hidden = [
        *tree["security"]["field_keys"],
        tree["security"]["tap_key"],
        tree["wecom"][0]["secret"],
        "s3cret",
    ]
    assert [value for value in [*hidden, "pQ7rZt2Kd9", "sslkey"] if value in printed] == []
    assert config.database.shown == "postgresql+psycopg://xiaoer:***@db.example.com/xiaoer"


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("server.port", "eighty", "server.port: 要是整数"),
        ("server.port", 65536, "server.port: 要不大于 65535"),
        ("server.port", True, "server.port: 要是数字"),
        ("server.host", "a host", "server.host: 要是主机名或 IP"),
        ("server.public_url", "crm.example.com", "server.public_url: 要是完整的 https:// 地址"),
        ("server.public_url", "http://crm.example.com", "server.public_url: 除本机外必须用 https"),
        ("server.public_url", "https://crm.example.com:99999", "server.public_url: 要是完整的"),
        ("server.public_url", "https://me:pw@crm.example.com", "server.public_url: 不能带用户名"),
        ("server.public_url", "https://", "server.public_url: 要是完整的"),
        ("server.metrics_token", "short", "server.metrics_token: 太短，至少 16 个字符"),
        ("server.prot", 1, "server.prot: 没有这个配置项，是不是 server.port？"),
        ("servers", {}, "servers: 没有这个配置项，是不是 server？"),
        ("port", 1, "port: 没有这个配置项，是不是 server.port？"),
        ("zzzzzz", 1, "zzzzzz: 没有这个配置项，请删去"),
        (
            "wecom.0.encodig_aes_key",
            "x",
            "wecom[0].encodig_aes_key: 没有这个配置项，是不是 wecom.encoding_aes_key？",
        ),
        ("database.url", None, "database.url: 缺少"),
        ("database", None, "database.url: 缺少"),
        ("database", "sqlite:///x.db", "database: 要是一节"),
        ("database.url", "mysql://db/x", "database.url: 要以 sqlite:/// 或 postgresql+psycopg:// 开头"),
        ("database.url", "postgresql://db/x", "database.url: 要以 sqlite:/// 或"),
        ("database.url", "postgresql+psycopg://db", "database.url: 缺少数据库名"),
        ("database.url", "not a url", "database.url: 要以"),
        ("database.url", "sqlite://", "database.url: 要写出文件"),
        ("database.url", "sqlite:///:memory:", "database.url: 要写出文件"),
        ("security.field_keys", [], "security.field_keys: 至少要有一把"),
        ("security.field_keys", key("new"), "security.field_keys: 要是列表"),
        ("security.field_keys.1", key("new"), "security.field_keys[1]: 与另一把密钥相同"),
        ("security.audit_key", key("tap"), "security.audit_key: 与另一把密钥相同"),
        ("security.tap_key", None, "security.tap_key: 缺少"),
        ("security.tap_key", "", "security.tap_key: 是空的"),
        ("security.tap_key", "FILL-IN", "security.tap_key: 还是示例文字"),
        ("security.tap_key", "c2hvcnQ=", "security.tap_key: 要是 32 个字节"),
        ("security.tap_key", "钥匙" * 20, "security.tap_key: 要是 32 个字节"),
        ("security.tap_key", key("tap").replace("=", ""), "security.tap_key: 要是 32 个字节"),
        (
            "security.tap_key",
            base64.urlsafe_b64encode(b"\xfb\xef" * 16).decode(),
            "security.tap_key: 要是 32",
        ),
        ("security.tap_key", base64.b64encode(bytes(32)).decode(), "security.tap_key: 不够随机"),
        (
            "security.tap_key",
            base64.b64encode(b"0123456789" * 3 + b"01").decode(),
            "security.tap_key: 不够随机",
        ),
        ("security.tap_key", base64.b64encode(bytes(range(32))).decode(), "security.tap_key: 不够随机"),
        ("bot.language", "fr", "bot.language: 只能是 'zh' 或 'en'"),
        ("bot.timezone", "Asia/Shangai", "bot.timezone: 没有这个时区"),
        ("bot.timezone", "../etc/passwd", "bot.timezone: 没有这个时区"),
        ("bot.undo_window", 0, "bot.undo_window: 要是 1 到 1440 分钟"),
        ("bot.daily_push_max", 0, "bot.daily_push_max: 要不小于 1"),
        ("bot.admins", ["zhangsan"], "bot.admins[0]: 要写成 wecom:连接名:账号"),
        ("bot.admins", ["wecom:other:zhangsan"], "bot.admins[0]: 没有这个连接"),
        ("wecom.0.name", "main app", "wecom[0].name: 只能用字母、数字"),
        ("wecom.0.corp_id", letters("secret", 43), "wecom[0].corp_id: 企业 ID 以 ww 或 wx 开头"),
        ("wecom.0.agent_id", 0, "wecom[0].agent_id: 要不小于 1"),
        ("wecom.0.secret", "", "wecom[0].secret: 是空的"),
        ("wecom.0.secret", "short", "wecom[0].secret: 太短，至少 16 个字符"),
        ("wecom.0.secret", "ab" * 20, "wecom[0].secret: 太容易猜到"),
        ("wecom.0.secret", letters("secret", 43) + "\n", "wecom[0].secret: 前后有空白"),
        ("wecom.0.secret", 12345678901234567890, "wecom[0].secret: 要写成引号里的文字"),
        ("wecom.0.token", "abc", "wecom[0].token: 太短，至少 8 个字符"),
        ("wecom.0.token", "not-letters", "wecom[0].token: 只能有字母和数字"),
        ("wecom.0.encoding_aes_key", letters("aes", 42), "wecom[0].encoding_aes_key: 要正好 43 个"),
        ("wecom.0.encoding_aes_key", "a" * 43, "wecom[0].encoding_aes_key: 太容易猜到"),
        ("wecom.0.api_base", "http://10.0.0.1/cgi-bin", "wecom[0].api_base: 除本机外必须用 https"),
        ("wecom.0.api_base", "https://a.example/?key=1", "wecom[0].api_base: 不能带用户名、参数"),
        ("wecom", {"name": "main"}, "wecom: 要是列表"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_do(place: str, value: object, words: str) -> None:
    lines = problems(changed(place, value))

    assert [line for line in lines if line.startswith(words)], lines
    assert len(lines) == 1 or place in {"database", "wecom", "bot.admins"}


def test_every_mistake_is_told_at_once() -> None:
    tree = changed("wecom.0.secret", "") | {"server": {"port": "x", "hots": "y"}}
    del tree["security"]["tap_key"]

    assert [line.split(":")[0] for line in problems(tree)] == [
        "security.tap_key",
        "server.port",
        "server.hots",
        "wecom[0].secret",
    ]


def test_no_problem_repeats_a_secret() -> None:
    secret = "Zq9-very-secret"
    tree = right() | {"security": {"field_keys": [secret], "tap_key": secret, "blind_index_key": secret}}
    tree["wecom"][0] |= dict.fromkeys(("secret", "token", "encoding_aes_key", "corp_id", "agent_id"), secret)
    tree["wecom_group"] = [{"name": secret + "!", "webhook_url": secret, "unit": ""}]
    tree["database"] = {"url": f"mysql://root:{secret}@db/x"}

    with pytest.raises(BadConfig) as caught:
        config_from(tree)

    assert len(caught.value.problems) >= 10
    assert secret not in str(caught.value)
    assert secret not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert secret not in str(caught.value.__context__)


def test_names_are_unique_on_each_platform() -> None:
    tree = right()
    tree["wecom"].append(tree["wecom"][0] | {"name": "Main", "agent_id": 1000003})
    tree["dingtalk"] = [
        {"name": "main", "corp_id": "ding01", "client_id": "c", "client_secret": letters("ding", 40)}
    ]

    assert problems(tree) == (
        "wecom[1].name: 与同平台另一个连接重名 · another connection of this platform has it",
    )


def test_one_app_is_connected_once() -> None:
    tree = right()
    tree["wecom"].append(tree["wecom"][0] | {"name": "again"})

    assert problems(tree)[0].startswith("wecom[1].agent_id: 这个应用已经接过一次")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"token": "pQ7rZt2Kd9"},
        {
            "bot_id": "b",
            "secret": letters("s", 20),
            "token": "pQ7rZt2Kd9",
            "encoding_aes_key": letters("k", 43),
        },
    ],
)
def test_a_smart_bot_listens_in_one_way(given: dict[str, str]) -> None:
    tree = right() | {"wecom_bot": [{"name": "groups", **given}]}

    assert problems(tree)[0].startswith("wecom_bot[0]: 要么 token 和 encoding_aes_key")


def test_event_token_and_key_of_dingtalk_go_together() -> None:
    ding = {"name": "ding", "corp_id": "ding01", "client_id": "c", "client_secret": letters("ding", 40)}
    tree = right() | {"dingtalk": [ding | {"event_token": "demoToken7"}]}

    assert problems(tree)[0].startswith("dingtalk[0]: event_token 和 event_aes_key 要一起填")


def test_only_the_demo_starts_without_a_connection() -> None:
    tree = changed("wecom", [])

    assert problems(tree)[0].startswith("wecom: 至少接一个企业")
    assert config_from(tree, need_connection=False).wecom == ()


def test_plain_http_is_for_this_machine() -> None:
    for address in (
        "http://127.0.0.1:9000/cgi-bin",
        "http://[::1]:9000/cgi-bin/",
        "http://localhost/cgi-bin",
    ):
        config = config_from(changed("wecom.0.api_base", address))
        assert config.wecom[0].api_base == address.rstrip("/")


def test_an_administrator_is_an_account_of_a_connection() -> None:
    config = config_from(changed("bot.admins", ["wecom:main:zhang.san"]))

    assert config.bot.admins == (Admin("wecom", "main", "zhang.san"),)

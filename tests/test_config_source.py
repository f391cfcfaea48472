"""Where the configuration comes from: the file that is meant, the environment over it, and the example."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.config import BadConfig, Config, config_from, load_config
from bot.config_words import known_keys
from tests.right_config import key, letters, right

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"


def written(folder: Path, tree: Mapping[str, Any]) -> Path:
    """The tree as a TOML file; JSON spells text, numbers and lists of text as TOML does."""
    lines: list[str] = []
    for section, rows in tree.items():
        for row in rows if isinstance(rows, list) else [rows]:
            lines.append(f"[[{section}]]" if isinstance(rows, list) else f"[{section}]")
            lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in row.items()]
    path = folder / "config.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_named_file_then_the_variable_then_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = []
    for port, name in enumerate(("named", "variable", "here"), start=9001):
        (tmp_path / name).mkdir()
        paths.append(written(tmp_path / name, right() | {"server": {"port": port}}))
    named, variable, _ = paths
    monkeypatch.chdir(tmp_path / "here")

    assert load_config(named, {"XIAOER_CONFIG": str(variable)}).server.port == 9001
    assert load_config(None, {"XIAOER_CONFIG": str(variable)}).server.port == 9002
    assert load_config(None, {}).server.port == 9003


def test_the_environment_overrides_any_value(tmp_path: Path) -> None:
    second = right()["wecom"][0] | {"name": "second", "agent_id": "1000003"}
    environ = {
        "XIAOER__SERVER__PORT": "9090",
        "XIAOER__SECURITY__FIELD_KEYS__0": key("newest"),
        "XIAOER__BOT__ADMINS__0": "wecom:second:li",
        "XIAOER__WECOM__0__SECRET": letters("other", 43),
        "XIAOER_SOAK": "1",
        **{f"XIAOER__WECOM__1__{name.upper()}": str(value) for name, value in second.items()},
    }

    config = load_config(written(tmp_path, right()), environ)

    assert config.server.port == 9090
    assert config.security.field_keys[0].reveal() == hashlib.sha256(b"newest").digest()
    assert config.security.field_keys[1].reveal() == hashlib.sha256(b"old").digest()
    assert config.bot.admins[0].connection == "second"
    assert config.wecom[0].secret.reveal() == letters("other", 43)
    assert (config.wecom[1].name, config.wecom[1].agent_id) == ("second", 1000003)


def test_the_environment_alone_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"XIAOER__DATABASE__URL": "sqlite:///x.db"}
    for name, value in right()["security"].items():
        if isinstance(value, str):
            environ[f"XIAOER__SECURITY__{name.upper()}"] = value
    environ["XIAOER__SECURITY__FIELD_KEYS__0"] = key("new")

    assert isinstance(load_config(None, environ, need_connection=False), Config)


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("XIAOER__SERVER__PROT", "server.prot (XIAOER__SERVER__PROT): 没有这个配置项，是不是 server.port？"),
        ("XIAOER__SERVER__PORT", "server.port (XIAOER__SERVER__PORT): 要是整数"),
        ("XIAOER__WECOM__5__NAME", "XIAOER__WECOM__5__NAME: 没有这个位置"),
        ("XIAOER__DATABASE__URL__X", "XIAOER__DATABASE__URL__X: 没有这个位置"),
        ("XIAOER__", "XIAOER__: 要写成 XIAOER__SECTION__KEY"),
        ("XIAOER__0__X", "XIAOER__0__X: 要写成 XIAOER__SECTION__KEY"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, variable: str, words: str) -> None:
    with pytest.raises(BadConfig) as caught:
        load_config(written(tmp_path, right()), {variable: "hello"})

    assert caught.value.problems[0].startswith(words)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "没有这个文件，请从 config.example.toml 复制一份"),
        (b"[wecom]\nsecret = hunter2hunter2", "不是正确的 TOML · is not TOML: line 2, column 10"),
        (b"name = '\xff\xfe'", "不是 UTF-8 文本"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "config.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadConfig) as caught:
        load_config(path, {})

    assert caught.value.problems[0].startswith(f"{path}: {words}")
    assert "hunter2" not in str(caught.value)


def test_the_example_stops_the_start_until_it_is_filled() -> None:
    with pytest.raises(BadConfig) as caught:
        load_config(EXAMPLE, {})

    asked = {line.split(":")[0] for line in caught.value.problems if "还是示例文字" in line}
    assert asked == {
        *(f"security.{name}" for name in ("field_keys[0]", "blind_index_key", "tap_key", "audit_key")),
        *(f"wecom[0].{name}" for name in ("corp_id", "secret", "token", "encoding_aes_key")),
    }
    assert len(asked) == len(caught.value.problems)


def test_the_filled_example_loads() -> None:
    tree = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    tree["security"] = right()["security"]
    tree["wecom"][0] |= {name: value for name, value in right()["wecom"][0].items() if name != "agent_id"}

    assert config_from(tree) == config_from(right())


def test_the_example_documents_every_key_and_no_other() -> None:
    documented: set[str] = set()
    section = ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        words = line.removeprefix("# ").strip()
        if words.startswith("[") and words.endswith("]"):
            section = words.strip("[]")
            documented.add(section)
        elif " = " in words and words.split(" = ")[0].isidentifier():
            documented.add(f"{section}.{words.split(' = ')[0]}")

    assert documented == known_keys(Config)

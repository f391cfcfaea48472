"""`xiaoer check` says of every DingTalk connection whether it works, and what to do."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.checks import Finding, check_all
from bot.config import config_from
from sandbox.dingtalk.app import running
from sandbox.dingtalk.org import Org
from sandbox.dingtalk.rig import DingTalk
from tests.platforms.dingtalk_app import CORP, DING, pretend_app
from tests.right_config import right

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


async def found(tmp_path: Path, **changed: Any) -> dict[str, Finding]:
    """What is said of the connection to a pretend DingTalk, without looking at a store."""
    ding = DingTalk([Org(CORP, "衡岳", [pretend_app()], [])])
    async with running(ding):
        here = {"api_base": ding.api_base, "oapi_base": ding.api_base}
        tree = right() | {
            "dingtalk": [DING | here | changed],
            "database": {"url": f"sqlite:///{tmp_path}/no"},
        }
        del tree["wecom"]
        config = config_from(tree)
        all_of_them = await asyncio.to_thread(lambda: list(check_all(config, NOW)))
        return {one.name: one for one in all_of_them if "钉钉" in one.name}


async def test_a_good_connection_is_told(tmp_path: Path) -> None:
    said = await found(tmp_path)

    assert [(one.name, one.ok) for one in said.values()] == [("钉钉 ding · DingTalk", True)]


async def test_a_wrong_secret_is_told_with_what_to_look_at(tmp_path: Path) -> None:
    said = await found(tmp_path, client_secret="another-secret-of-forty-characters-0123456")

    finding = said["钉钉 ding · DingTalk"]
    assert finding.ok is False
    assert "client_secret" in finding.do
    assert "another-secret" not in finding.seen + finding.do


@pytest.mark.parametrize("missing", ["card_template_id"])
async def test_a_missing_card_template_is_a_notice(tmp_path: Path, missing: str) -> None:
    said = await found(tmp_path, **{missing: None})

    notice = said["钉钉 ding 的卡片 · DingTalk cards"]
    assert notice.ok is None
    assert "docs/connect-dingtalk.md" in notice.do

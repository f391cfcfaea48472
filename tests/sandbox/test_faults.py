"""Troubles of the platform, switched on by hand."""

import aiohttp
import pytest

from sandbox.faults import Fault
from tests.sandbox.company import button_card
from tests.sandbox.conftest import Api


async def test_a_forced_code_comes_as_often_as_asked_and_has_no_effect(api: Api) -> None:
    api.sandbox.wecom.faults.add(Fault("errcode", "message/send", times=2, code=-1))
    codes = [(await api.send("text", {"content": "好"}))["errcode"] for _ in range(3)]

    assert codes == [-1, -1, 0]
    assert len(api.sandbox.ledger) == 1


async def test_a_trouble_meets_only_its_path(api: Api) -> None:
    api.sandbox.wecom.faults.add(Fault("errcode", "gettoken", times=None, code=-1))

    assert (await api.send("text", {"content": "好"}))["errcode"] == 0
    assert (await api.get("gettoken"))["errcode"] == -1
    api.sandbox.wecom.faults.reset()
    assert (await api.get("gettoken"))["errcode"] == 41002


async def test_a_server_error_is_an_http_status(api: Api) -> None:
    api.sandbox.wecom.faults.add(Fault("http", status=502))
    url = f"{api.sandbox.api_base}/getcallbackip"
    async with api.session.get(url, params={"access_token": api.token}) as response:
        assert response.status == 502


async def test_a_lost_answer_leaves_the_message_and_the_second_try_is_told(api: Api) -> None:
    api.sandbox.wecom.faults.add(Fault("lose_answer", "message/send"))
    with pytest.raises(aiohttp.ClientError):
        await api.card(button_card())

    assert (await api.card(button_card()))["errcode"] == 42014
    assert len(api.sandbox.cards_to("ChenSiyu")) == 1


async def test_a_cut_connection_leaves_nothing(api: Api) -> None:
    api.sandbox.wecom.faults.add(Fault("drop", "message/send"))
    with pytest.raises(aiohttp.ClientError):
        await api.card(button_card())

    assert api.sandbox.cards_to("ChenSiyu") == []


async def test_slow_comes_together_with_another_trouble(api: Api) -> None:
    api.sandbox.wecom.faults.add(Fault("slow", seconds=0.0))
    api.sandbox.wecom.faults.add(Fault("errcode", code=45009))

    assert (await api.send("text", {"content": "好"}))["errcode"] == 45009
    assert api.sandbox.wecom.faults.view() == []

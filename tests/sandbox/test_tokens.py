"""Tokens: one for each app, checked before anything else."""

import aiohttp

from sandbox.app import Sandbox
from tests.sandbox.company import AGENT_ID, CORP_ID, OTHER_AGENT_ID, OTHER_SECRET, SECRET
from tests.sandbox.conftest import Api, RealTime


async def test_the_same_token_while_it_is_valid_and_a_new_one_afterwards(
    sandbox: Sandbox, session: aiohttp.ClientSession, real_time: RealTime
) -> None:
    api = Api(sandbox, session)
    first = await api.get("gettoken", corpid=CORP_ID, corpsecret=SECRET)
    real_time.seconds += 100
    second = await api.get("gettoken", corpid=CORP_ID, corpsecret=SECRET)
    real_time.seconds += 7200
    third = await api.get("gettoken", corpid=CORP_ID, corpsecret=SECRET)

    assert first["expires_in"] == 7200
    assert second == {**first, "expires_in": 7100}
    assert third["access_token"] != first["access_token"]
    assert len(first["access_token"]) <= 512


async def test_each_wrong_sign_in_has_its_code(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    api = Api(sandbox, session)

    assert (await api.get("gettoken", corpsecret=SECRET))["errcode"] == 41002
    assert (await api.get("gettoken", corpid=CORP_ID))["errcode"] == 41004
    assert (await api.get("gettoken", corpid="ww0", corpsecret=SECRET))["errcode"] == 40013
    wrong = await api.get("gettoken", corpid=CORP_ID, corpsecret="not-the-secret")
    assert wrong["errcode"] == 40001
    assert "not-the-secret" not in wrong["errmsg"]
    assert "hint: [" in wrong["errmsg"]


async def test_the_token_is_checked_before_the_body(api: Api, real_time: RealTime) -> None:
    good = api.token
    api.token = ""
    assert (await api.post("message/send", b"{"))["errcode"] == 41001
    api.token = "made-up"
    assert (await api.post("message/send", b"{"))["errcode"] == 40014
    api.token = good
    assert (await api.post("message/send", b"{"))["errcode"] == 40035
    real_time.seconds += 7200
    assert (await api.post("message/send", b"{"))["errcode"] == 42001


async def test_broken_bodies_are_refused_as_the_real_one_does(api: Api) -> None:
    for body in (b"", b"[]", b"\xff", b"[" * 100_000):
        answer = await api.post("message/send", body)
        assert answer["errcode"] == 40035
        assert "Warning: wrong json format." in answer["errmsg"]


async def test_a_token_speaks_for_its_own_app_only(api: Api) -> None:
    text = {"touser": "ChenSiyu", "msgtype": "text", "text": {"content": "好"}}

    assert (await api.post("message/send", {**text, "agentid": OTHER_AGENT_ID}))["errcode"] == 301002
    assert (await api.post("message/send", {**text, "agentid": str(AGENT_ID)}))["errcode"] == 40056
    assert (await api.post("message/send", text))["errcode"] == 41011
    other = await Api(api.sandbox, api.session).sign_in(OTHER_SECRET)
    assert (await other.post("message/send", {**text, "agentid": OTHER_AGENT_ID}))["errcode"] == 0


async def test_a_revoked_token_is_unknown_and_an_expired_one_expired(api: Api) -> None:
    api.sandbox.wecom.tokens.expire()
    assert (await api.get("getcallbackip", access_token=api.token))["errcode"] == 42001
    await api.sign_in()
    api.sandbox.wecom.tokens.revoke()
    assert (await api.get("getcallbackip", access_token=api.token))["errcode"] == 40014
    await api.sign_in()
    assert (await api.get("getcallbackip", access_token=api.token))["ip_list"] == ["127.0.0.1"]

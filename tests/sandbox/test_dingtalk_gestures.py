"""What people send: voice with what was heard, pictures, files, rich text and quoted replies."""

import pytest

from sandbox.wecom.selections import CannotTap
from tests.sandbox.dingtalk_company import CLIENT_ID, GROUP, PNG
from tests.sandbox.dingtalk_play import playing


async def test_a_voice_message_comes_with_what_was_heard() -> None:
    async with playing() as play:
        bot = await play.bot()
        chat = play.dingtalk.chat("HY2001")
        outcome = await play.dingtalk.gestures.send_voice(
            chat, "a.amr", b"#!AMR" + bytes(9), "今天拜访了", 2500
        )

    content = bot.data()["content"]
    assert (outcome.status, bot.data()["msgtype"]) == (200, "audio")
    assert (content["duration"], content["recognition"]) == (2500, "今天拜访了")
    assert content["downloadCode"].startswith("dc")


async def test_a_picture_alone_and_one_with_words() -> None:
    async with playing() as play:
        bot = await play.bot()
        await play.dingtalk.gestures.send_picture(play.dingtalk.chat("HY2001"), "a.png", PNG)
        await play.dingtalk.gestures.send_picture(
            play.dingtalk.chat("HY2001", GROUP), "b.png", PNG, words="看这里"
        )

    assert bot.data(0)["msgtype"] == "picture"
    rich = bot.data(1)["content"]["richText"]
    assert (bot.data(1)["msgtype"], bot.data(1)["conversationType"]) == ("richText", "2")
    assert rich[0] == {"text": " 看这里"}
    assert (rich[1]["type"], rich[1]["downloadCode"][:2]) == ("picture", "dc")


async def test_files_and_voices_are_for_the_robot_alone() -> None:
    async with playing() as play:
        bot = await play.bot()
        gestures = play.dingtalk.gestures
        await gestures.send_file(play.dingtalk.chat("HY2001"), "报价.txt", b"plain words")
        with pytest.raises(CannotTap):
            await gestures.send_file(play.dingtalk.chat("HY2001", GROUP), "报价.txt", b"plain words")
        with pytest.raises(CannotTap):
            await gestures.send_voice(play.dingtalk.chat("HY2001", GROUP), "a.amr", b"#!AMR", "听")

    assert len(bot.frames) == 1
    assert (bot.data()["msgtype"], bot.data()["content"]["fileName"]) == ("file", "报价.txt")


async def test_a_quoted_reply_carries_the_message_it_answers() -> None:
    async with playing() as play:
        bot = await play.bot()
        body = {"robotCode": CLIENT_ID, "userIds": ["HY2001"], "msgKey": "sampleText"}
        await play.post("robot/oToMessages/batchSend", {**body, "msgParam": '{"content": "金额是多少？"}'})
        (question,) = play.dingtalk.server.talks.with_person("HY2001")
        await play.dingtalk.say("HY2001", "35万", quoted=question)

    data = bot.data()
    assert (data["text"]["content"], data["text"]["isReplyMsg"]) == ("35万", True)
    assert data["text"]["repliedMsg"]["content"] == {"text": "金额是多少？"}
    assert data["originalProcessQueryKey"] == question.msgid


@pytest.mark.parametrize(
    ("userid", "group"), [("HY2004", ""), ("guest", ""), ("HY2003", GROUP), ("HY2001", "无")]
)
async def test_who_is_not_there_cannot_speak(userid: str, group: str) -> None:
    async with playing() as play:
        with pytest.raises(LookupError):
            await play.dingtalk.say(userid, "你好", group)

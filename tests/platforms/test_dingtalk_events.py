"""What DingTalk sends, as the pipeline hears it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.event import Attachment, Kind
from bot.platforms.dingtalk.events import GUEST, quota_spent, read_message
from bot.platforms.dingtalk.happenings import from_http, from_stream
from bot.platforms.dingtalk.reading import read_row
from bot.platforms.refused import BadCallback
from tests.platforms.dingtalk_post import (
    CORP,
    HERE,
    NOW,
    OTHER_CORP,
    SIGNER,
    heard,
    in_group,
    message,
    pressed,
    touched,
)
from tests.platforms.dingtalk_vectors import named

SOON = int(NOW) + 1000


def signed(packed: str = "task.done|7|3", connection: str = "dingtalk:ding", expires: int = SOON) -> str:
    return SIGNER.sign(packed, connection=connection, expires=expires)


def test_words_in_private_come_from_the_employee() -> None:
    event = heard(message(text={"content": " 你好 \n"}))

    assert (event.key, event.sender, event.kind, event.text) == (
        "dingtalk:ding:msgK3v0demo0001==",
        "u1001",
        Kind.TEXT,
        "你好",
    )
    assert (event.chat, event.group) == ("", False)
    assert event.sent_at.timestamp() == 1767225600.0


def test_the_golden_group_message_gives_its_facts() -> None:
    vector = named("stream-bot-group-text")
    row, facts = read_row(vector["input"]["frame"]["data"]), vector["expect"]["facts"]
    here = type(HERE)("ding", row["chatbotCorpId"], row["robotCode"])

    event = read_message(row, here, SIGNER, NOW)

    assert event.group is facts["is_group"]
    assert event.chat == facts["open_conversation_id"]
    assert event.sender == facts["sender_userid"]
    assert event.text == facts["text_trimmed"]
    assert event.key == f"dingtalk:ding:{facts['dedupe_key']}"
    assert event.reply_to == row["sessionWebhook"]


@pytest.mark.parametrize("words", [" 状态", "@小二 状态", " @小二  @小二\n状态 ", "@机器人 状态"])
def test_the_call_to_the_robot_is_taken_off(words: str) -> None:
    assert heard(in_group(words)).text == "状态"


def test_another_persons_name_stays_in_front() -> None:
    others = [{"dingtalkId": "$:LWCP_v1:$bot"}, {"dingtalkId": "$:LWCP_v1:$han", "staffId": "u1002"}]

    assert heard(in_group("@小二 @韩梅 跟进", atUsers=others)).text == "@韩梅 跟进"


def test_rich_text_is_joined_in_reading_order() -> None:
    pieces = [{"text": "看这里 "}, {"type": "picture", "downloadCode": "dc1"}, {"text": "和这里"}, "rubbish"]

    event = heard(message(msgtype="richText", text=None, content={"richText": pieces}))

    assert (event.kind, event.text, event.attachment) == (Kind.TEXT, "看这里 和这里", Attachment("dc1"))


@pytest.mark.parametrize(
    ("kind", "content", "wanted", "text", "attachment"),
    [
        ("audio", {"duration": 4, "downloadCode": "dc", "recognition": "提醒"}, Kind.VOICE, "提醒", "dc"),
        ("picture", {"downloadCode": "dc"}, Kind.IMAGE, "", "dc"),
        ("file", {"downloadCode": "dc", "fileName": "报告.pdf"}, Kind.FILE, "", "dc"),
        ("video", {"downloadCode": "dc", "duration": "5"}, Kind.FILE, "", "dc"),
        ("richText", {"richText": [{"type": "picture", "downloadCode": "dc"}]}, Kind.IMAGE, "", "dc"),
        ("unknownMsgType", {"unknownMsgType": "?"}, Kind.OTHER, "", None),
    ],
)  # fmt: skip
def test_other_messages_are_what_they_are(
    kind: str, content: dict[str, Any], wanted: Kind, text: str, attachment: str | None
) -> None:
    event = heard(message(msgtype=kind, text=None, content=content))

    assert (event.kind, event.text) == (wanted, text)
    assert (event.attachment.media if event.attachment else None) == attachment


@pytest.mark.parametrize("replied", [{"content": "原话"}, {"content": {"text": "原话"}}])
def test_what_was_quoted_is_kept(replied: dict[str, Any]) -> None:
    event = heard(message(text={"content": "跟进", "isReplyMsg": True, "repliedMsg": replied}))

    assert (event.text, event.quoted) == ("跟进", "原话")


@pytest.mark.parametrize(
    "change", [{"senderStaffId": ""}, {"senderStaffId": None}, {"senderCorpId": OTHER_CORP}]
)
def test_whoever_is_not_an_employee_is_a_guest(change: dict[str, Any]) -> None:
    event = heard(in_group("你好", **change))

    assert event.sender.startswith(GUEST)
    assert "LWCP" not in event.sender
    assert event.sender == heard(in_group("又来", **change)).sender
    assert event.sender != heard(in_group("你好", senderId="$:LWCP_v1:$b", **change)).sender


def test_an_address_to_reply_to_lives_its_time_and_is_not_printed() -> None:
    body = message()

    assert heard(body).reply_to == body["sessionWebhook"]
    assert body["sessionWebhook"] not in repr(heard(body))
    assert heard(message(sessionWebhookExpiredTime=1767225600000)).reply_to == ""


@pytest.mark.parametrize("names", [("errorCode", "errorMessage"), ("errCode", "errMsg")])
def test_a_message_without_words_because_of_the_quota_does_nothing(names: tuple[str, str]) -> None:
    body = message(text=None) | {names[0]: "20001", names[1]: "quota"}

    assert (heard(body).kind, heard(body).text) == (Kind.OTHER, "")
    assert quota_spent(body)
    assert not quota_spent(message())


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"robotCode": "another"}, 403),
        ({"chatbotCorpId": OTHER_CORP}, 403),
        ({"msgId": ""}, 400),
        ({"msgId": "m" * 300}, 400),
        ({"createAt": "soon"}, 400),
        ({"msgtype": None}, 400),
    ],
    ids=str,
)
def test_what_is_not_for_us_is_refused(change: dict[str, Any], status: int) -> None:
    with pytest.raises(BadCallback) as refusal:
        heard(message(**change))

    assert refusal.value.status == status


def test_a_button_carries_the_tap_we_signed() -> None:
    event = touched(pressed(signed()))

    assert (event.kind, event.sender) == (Kind.TAP, "u1001")
    assert event.press
    assert (event.press.tap, event.press.card) == ("task.done|7|3", "xe-1")
    assert not event.press.expired


def test_an_old_button_is_known_to_be_old() -> None:
    event = touched(pressed(signed(expires=int(NOW) - 1)))

    assert event.press
    assert event.press.expired


@pytest.mark.parametrize("tap", ["", "agree", signed(connection="wecom:ding"), signed()[:-1] + "A"])
def test_a_tap_we_never_signed_does_nothing(tap: str) -> None:
    event = touched(pressed(tap))

    assert (event.kind, event.press) == (Kind.OTHER, None)


def test_a_double_click_is_one_event_and_a_later_state_another() -> None:
    first = touched(pressed(signed()))

    assert touched(pressed(signed()), NOW + 0.4).key == first.key
    assert touched(pressed(signed(expires=SOON + 1))).key != first.key
    assert touched(pressed(signed(), outTrackId="xe-2")).key != first.key
    assert touched(pressed(signed(), userId="u1002")).key != first.key


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"corpId": OTHER_CORP}, 403),
        ({"userId": ""}, 400),
        ({"userId": "$:LWCP_v1:$a"}, 400),
        ({"userIdType": 2}, 400),
        ({"outTrackId": None}, 400),
        ({"content": "{"}, 400),
        ({"content": "[]"}, 400),
        ({"content": '{"a":1,"a":2}'}, 400),
        ({"content": "[" * 50_000}, 400),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_callback_gone_wrong_is_refused(change: dict[str, Any], status: int) -> None:
    with pytest.raises(BadCallback) as refusal:
        touched(pressed(signed(), **change))

    assert refusal.value.status == status


@pytest.mark.parametrize(
    "content",
    [
        '{"cardPrivateData":[]}',
        '{"cardPrivateData":{"params":"x"}}',
        '{"cardPrivateData":{"params":{"tap":7}}}',
    ],
)
def test_a_callback_without_our_tap_does_nothing(content: str) -> None:
    assert touched(pressed("", content=content)).kind is Kind.OTHER


def test_words_that_a_button_let_somebody_say_are_its_tap() -> None:
    event = heard(message(text={"content": f"完成 ~{signed()}"}))

    assert (event.kind, event.text) == (Kind.TAP, "")
    assert event.press
    assert event.press.tap == "task.done|7|3"


@pytest.mark.parametrize("tail", [signed(connection="dingtalk:other"), "A" * 60])
def test_words_that_only_look_like_a_tap_stay_words(tail: str) -> None:
    event = heard(message(text={"content": f"完成 ~{tail}"}))

    assert (event.kind, event.press) == (Kind.TEXT, None)
    assert event.text.startswith("完成")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from([*sorted(message()), "content", "atUsers"]), values)
def test_a_message_with_anything_in_a_field_is_read_or_refused(name: str, value: object) -> None:
    body = in_group("你好") | {name: value}

    try:
        event = heard(body)
    except BadCallback:
        return
    assert event.connection == "ding"
    assert len(event.key) <= 160


@given(st.sampled_from(sorted(pressed(""))), values)
def test_a_callback_with_anything_in_a_field_is_read_or_refused(name: str, value: object) -> None:
    body = pressed(signed()) | {name: value}

    try:
        event = touched(body)
    except BadCallback:
        return
    assert event.kind in (Kind.TAP, Kind.OTHER)


def test_an_event_is_the_same_over_both_doors() -> None:
    flat = json.loads(named("event-user-modify-cjk-emoji")["expect"]["plaintext"])
    headers = {"eventType": "user_modify_org", "eventId": flat["eventId"], "eventCorpId": CORP}

    over_http = from_http(flat, HERE)
    by_stream = from_stream(headers, {"userId": ["u1001"], "diffInfo": flat["diffInfo"]}, HERE)

    assert over_http == by_stream
    assert by_stream.kind == "user_modify_org"
    assert by_stream.data["userid"] == ["u1001"]


def test_a_check_of_the_address_is_no_event() -> None:
    assert from_http({"EventType": "check_url"}, HERE) is None


@pytest.mark.parametrize("change", [{"CorpId": OTHER_CORP}, {"EventType": ""}, {"eventId": ""}])
def test_an_event_that_is_not_ours_or_has_no_name_is_refused(change: dict[str, str]) -> None:
    row = {"EventType": "user_add_org", "CorpId": CORP, "eventId": "e1", "UserId": ["u1"]}

    with pytest.raises(BadCallback):
        from_http(row | change, HERE)

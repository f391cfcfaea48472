"""From plaintext to event: every kind of message, who is meant, what names it, which taps count."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.event import Attachment, Event, Kind, Place, Press
from bot.platforms.taps import TapSigner
from bot.platforms.wecom.crypto import BadCallback
from bot.platforms.wecom.events import CHOICE, OPEN, Receiver, fold_userid, read_event
from tests.platforms.wecom_post import AGENT, CORP, HERE, NOW, SIGNER, pressed, read, said

LATER = int(NOW) + 86_400


def tap(packed: str = "ticket.approve|17|3", *, connection: str = "wecom:main", expires: int = LATER) -> str:
    return SIGNER.sign(packed, connection=connection, expires=expires)


def test_a_text_becomes_an_event() -> None:
    event = read(said("<Content><![CDATA[\n 我的待办 ]]></Content>", "<MsgId>7561234500000000001</MsgId>"))

    assert event == Event(
        key="wecom:main:7561234500000000001",
        platform="wecom",
        connection="main",
        sender="ZhangSan",
        kind=Kind.TEXT,
        sent_at=datetime(2025, 11, 24, 16, 0, 1, tzinfo=UTC),
        text="\n 我的待办 ",
    )


def test_text_with_the_end_of_a_section_arrives_whole() -> None:
    event = read(said("<Content><![CDATA[a]]]]><![CDATA[>b &amp; <c>]]></Content>"))

    assert event.text == "a]]>b &amp; <c>"


def test_voice_image_file_video_and_link_bring_something_along() -> None:
    media = "<MediaId><![CDATA[m1]]></MediaId>"
    page = "<Title><![CDATA[报价]]></Title><Description>说明</Description><Url>https://a.invalid/1</Url>"

    voice = read(said(media, "<Format>amr</Format><Recognition><![CDATA[你好]]></Recognition>", kind="voice"))
    image = read(said(media, "<PicUrl><![CDATA[https://p.invalid/1]]></PicUrl>", kind="image"))
    file = read(said(media, "<FileName><![CDATA[线索.xlsx]]></FileName>", kind="file"))
    video = read(said(media, "<ThumbMediaId>m2</ThumbMediaId>", kind="video"))
    link = read(said(page, kind="link"))

    assert (voice.kind, voice.text, voice.attachment) == (Kind.VOICE, "你好", Attachment("m1"))
    assert (image.kind, image.attachment) == (Kind.IMAGE, Attachment("m1", url="https://p.invalid/1"))
    assert (file.kind, file.attachment) == (Kind.FILE, Attachment("m1", name="线索.xlsx"))
    assert (video.kind, video.attachment) == (Kind.FILE, Attachment("m1"))
    assert link.kind is Kind.LINK
    assert link.attachment == Attachment("", name="报价", url="https://a.invalid/1")


def test_a_location_is_a_place() -> None:
    event = read(
        said(
            "<Location_X>28.23</Location_X><Location_Y>112.94</Location_Y><Label>长沙</Label>",
            kind="location",
        )
    )

    assert (event.kind, event.place) == (Kind.LOCATION, Place(28.23, 112.94, "长沙"))


@pytest.mark.parametrize("x", ["", "nan", "inf", "91", "-91", "1e400", "north"])
def test_a_place_that_is_nowhere_is_refused(x: str) -> None:
    with pytest.raises(BadCallback):
        read(said(f"<Location_X>{x}</Location_X><Location_Y>112.94</Location_Y>", kind="location"))


@pytest.mark.parametrize(
    ("name", "key", "kind"),
    [
        ("enter_agent", "", Kind.ENTER),
        ("subscribe", "", Kind.ENTER),
        ("unsubscribe", "", Kind.OTHER),
        ("click", "我的待办", Kind.TEXT),
        ("click", "", Kind.OTHER),
        ("view", "https://a.invalid", Kind.OTHER),
        ("LOCATION", "", Kind.OTHER),
        ("change_contact", "", Kind.OTHER),
        ("from_the_future", "", Kind.OTHER),
    ],
)
def test_a_happening_is_known_or_harmless(name: str, key: str, kind: Kind) -> None:
    event = read(
        said(f"<Event><![CDATA[{name}]]></Event><EventKey><![CDATA[{key}]]></EventKey>", kind="event")
    )

    assert event.kind is kind
    assert event.text == (key if kind is Kind.TEXT else "")


def test_an_unknown_kind_of_message_is_harmless() -> None:
    assert read(said(kind="hologram")).kind is Kind.OTHER


# Who is meant


@pytest.mark.parametrize("corp", ["ww0000000000000000", CORP.upper(), ""])
def test_another_corp_is_refused(corp: str) -> None:
    with pytest.raises(BadCallback) as refusal:
        read(said("<Content>hi</Content>", corp=corp))

    assert refusal.value.status == 403


@pytest.mark.parametrize("agent", ["1000003", "", "0", "-1", "1e6", "１０００００２"])
@pytest.mark.parametrize("kind", ["text", "event"])
def test_another_app_is_refused_although_keys_are_equal(agent: str, kind: str) -> None:
    with pytest.raises(BadCallback) as refusal:
        read(said("<Content>hi</Content><Event>enter_agent</Event>", kind=kind, agent=agent))

    assert refusal.value.status == 403


def test_news_that_belong_to_no_app_are_harmless() -> None:
    news = said("<Event>change_contact</Event><UserID>lisi</UserID>", kind="event", agent="")

    assert read(news.replace("ZhangSan", "sys")).kind is Kind.OTHER


@pytest.mark.parametrize("sender", ["", "a b", "张三", "@all", "a|b", "x" * 65, "<b>x</b>"])
def test_a_sender_that_cannot_be_one_is_refused(sender: str) -> None:
    with pytest.raises(BadCallback):
        read(said("<Content>hi</Content>").replace("<![CDATA[ZhangSan]]>", sender))


FIELDS = ["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId"]
FIELDS += ["AgentID", "Event", "EventKey", "TaskId", "ResponseCode"]


@pytest.mark.parametrize("name", FIELDS)
def test_a_repeated_or_nested_field_is_refused(name: str) -> None:
    """Whoever reads the first and whoever reads the last would disagree on what was said."""
    plain = pressed(tap()).replace("</xml>", "<MsgId>1</MsgId></xml>")
    start, end = plain.index(f"<{name}>"), plain.index(f"</{name}>") + len(f"</{name}>")
    element = plain[start:end]

    for changed in (element * 2, f"<{name}>{element}</{name}>"):
        with pytest.raises(BadCallback):
            read(plain[:start] + changed + plain[end:])


def test_user_ids_are_compared_without_case() -> None:
    assert fold_userid(" ZhangSan ") == fold_userid("zhangsan")
    assert fold_userid("zhangsan") != fold_userid("zhangsan2")


# What names it


def key(plaintext: str, receiver: Receiver = HERE) -> str:
    return read(plaintext, receiver=receiver).key


def test_a_number_above_2_53_keeps_its_last_digit() -> None:
    keys = {key(said(f"<MsgId>{number}</MsgId>")) for number in (2**63 - 2, 2**63 - 1, 2**53, 2**53 + 1)}

    assert keys == {f"wecom:main:{number}" for number in (2**63 - 2, 2**63 - 1, 2**53, 2**53 + 1)}


@pytest.mark.parametrize("number", ["", "0", "abc", "9" * 21])
def test_a_message_without_a_number_is_named_by_what_it_says(number: str) -> None:
    here = [key(said(f"<Content>{text}</Content><MsgId>{number}</MsgId>")) for text in ("a", "a", "b")]

    assert here[0] == here[1] != here[2]


def test_an_event_is_named_by_everything_it_says() -> None:
    first = pressed(tap())
    others = [
        pressed(tap("ticket.approve|17|4")),
        first.replace("rc_1", "rc_2"),
        first.replace("t-1", "t-2"),
        first.replace("1764000001", "1764000002"),
        first.replace("ZhangSan", "LiSi"),
        first.replace("</xml>", "<ChangeType>update_user</ChangeType></xml>"),
        pressed(tap(), (CHOICE, [tap("a|1")])),
        pressed(tap(), (CHOICE, [tap("a|2")])),
    ]

    assert len({key(plain) for plain in [first, first, *others]}) == 1 + len(others)


def test_neither_order_nor_quoting_nor_blanks_rename_an_event() -> None:
    plain = said("<Event><![CDATA[enter_agent]]></Event>", "<EventKey/>", kind="event")
    turned = (
        f"<xml>\n <AgentID>{AGENT}</AgentID>\n <EventKey></EventKey><Event>enter_agent</Event>"
        f"<MsgType>event</MsgType><CreateTime><![CDATA[1764000001]]></CreateTime>"
        f"<FromUserName>ZhangSan</FromUserName><ToUserName>{CORP}</ToUserName></xml>"
    )

    assert key(plain) == key(turned)


def test_the_same_happening_on_another_connection_is_another_event() -> None:
    there = Receiver("second", CORP, AGENT)

    for plain in (said("<MsgId>5</MsgId>"), pressed("x")):
        assert key(plain) != key(plain, there)


# Which taps count


def test_a_genuine_tap_is_a_press() -> None:
    event = read(pressed(tap()))

    assert event.kind is Kind.TAP
    assert event.press == Press("ticket.approve|17|3", "t-1", "rc_1")


def test_a_tap_in_the_menu_of_a_card_counts_too() -> None:
    assert read(pressed(tap(), event="template_card_menu_event")).kind is Kind.TAP


def test_an_expired_tap_says_so() -> None:
    event = read(pressed(tap(expires=int(NOW))))

    assert event.press == Press("ticket.approve|17|3", "t-1", "rc_1", expired=True)


FORGED: dict[str, Callable[[], str]] = {
    "plain": lambda: "ticket.approve|17|3",
    "empty": lambda: "",
    "lent by another connection": lambda: tap(connection="wecom:second"),
    "lent by another platform": lambda: tap(connection="dingtalk:main"),
    "another key": lambda: TapSigner([b"x" * 32]).sign("a|1", connection="wecom:main", expires=LATER),
    "altered": lambda: "A" + tap()[1:] if tap()[0] != "A" else "B" + tap()[1:],
    "open without a choice": lambda: OPEN,
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_tap_has_no_effect(name: str) -> None:
    event = read(pressed(FORGED[name]()))

    assert event.kind is Kind.OTHER
    assert event.press is None


def test_a_tap_of_one_connection_has_no_effect_on_another() -> None:
    there = Receiver("second", CORP, AGENT)

    assert read(pressed(tap()), receiver=there).kind is Kind.OTHER
    assert read(pressed(tap(connection="wecom:second")), receiver=there).kind is Kind.TAP


def test_opening_an_item_is_the_tap_of_that_item() -> None:
    event = read(pressed(OPEN, (CHOICE, [tap("lead.open|20931")])))

    assert event.press == Press("lead.open|20931", "t-1", "rc_1")


def test_another_button_tells_what_was_chosen() -> None:
    event = read(pressed(tap("leads.assign|1"), (CHOICE, [tap("lead.open|1")])))

    assert event.press == Press("leads.assign|1", "t-1", "rc_1", selected=("lead.open|1",))


def test_one_question_or_several_one_answer_or_several_look_the_same() -> None:
    several = read(pressed(tap(), ("q", ["x", "y"]), (CHOICE, [tap("a|1"), tap("a|2")])))

    assert several.press
    assert several.press.selected == ("a|1", "a|2")
    assert read(pressed(tap(), ("q", ["x"]))).press == Press("ticket.approve|17|3", "t-1", "rc_1")


@pytest.mark.parametrize("choice", [["forged"], [""], [tap("a|1"), tap("a|2")], []])
def test_opening_a_forged_or_unclear_choice_has_no_effect(choice: list[str]) -> None:
    assert read(pressed(OPEN, (CHOICE, choice))).kind is Kind.OTHER


# Anything else


def test_a_genuine_message_with_depth_is_refused() -> None:
    with pytest.raises(BadCallback):
        read(said("<a>" * 3000 + "</a>" * 3000))


@given(st.text(max_size=300))
@example("\ud800")
@example("<xml>" * 40 + "</xml>" * 40)
@example("<!DOCTYPE xml [<!ENTITY a 'b'>]><xml><ToUserName>&a;</ToUserName></xml>")
@example("<xml>" + "<a/>" * 5000 + "</xml>")
def test_no_words_raise_anything_else(words: str) -> None:
    with pytest.raises(BadCallback):
        read_event(words, HERE, SIGNER, NOW)


GENUINE = [
    said("<Content><![CDATA[我的待办]]></Content>", "<MsgId>7561234500000000001</MsgId>"),
    said("<Location_X>28.23</Location_X><Location_Y>112.94</Location_Y>", kind="location"),
    pressed(tap(), (CHOICE, [tap("a|1")])),
    pressed(OPEN, (CHOICE, [tap("a|1")])),
]
PIECES = [
    "<", ">", "]]>", "<![CDATA[", "&amp;", "&x;", "<a>", "</a>", "<xml>", "</xml>", "<!--", "\0", "0", "９",
    "-1", "99999999999999999999", "nan", " ", "<MsgId>1</MsgId>", "<Event/>", "<!DOCTYPE a>", "\u202e", "é",
]  # fmt: skip


@given(
    st.sampled_from(GENUINE),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(PIECES))),
)
def test_no_mutation_raises_anything_else(plain: str, changes: list[tuple[float, int, str]]) -> None:
    for where, cut, piece in changes:
        at = int(where * len(plain))
        plain = plain[:at] + piece + plain[at + cut :]
    try:
        event = read_event(plain, HERE, SIGNER, NOW)
    except BadCallback:
        return
    assert event.key.startswith("wecom:main:")
    assert not event.press or event.press.tap in ("ticket.approve|17|3", "a|1")

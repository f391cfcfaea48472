"""Passive replies (doc/90241): what the bot may answer inside the callback, shown at once on that phone."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.ledger import Delivery
from sandbox.talks import Chat
from sandbox.wecom.cards import check_card
from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import cut
from sandbox.wecom.server import WeCom
from sandbox.wecom.updating import greyed, show_update, whole_card
from sandbox.wecom.xml import Element, XmlRefused, read

# The XML repeats an element where the JSON has a list, and writes JSON names in CamelCase, with exceptions.
LISTS = {
    "ActionList",
    "HorizontalContentList",
    "JumpList",
    "VerticalContentList",
    "OptionList",
    "ButtonList",
    "SelectList",
}
NAMES = {
    "KeyName": "keyname",
    "CheckBox": "checkbox",
    "UserId": "userid",
    "AppId": "appid",
    "PagePath": "pagepath",
}
NUMBERS = {"Type", "Style", "DescColor", "Mode"}
SWITCHES = {"IsChecked", "Disable"}


class PassiveRefused(Exception):
    """A passive reply that WeCom would not show; the words say why."""


async def show_reply(wecom: WeCom, chat: Chat, plaintext: str, tapped: str = "") -> None:
    """Show a decrypted passive reply. `tapped` is the msgid of the card it answers. `PassiveRefused`."""
    try:
        reply = read(plaintext)
    except XmlRefused as broken:
        raise PassiveRefused("被动回复不是正确的 XML") from broken
    # The direction swaps: the reply goes to the member and comes from the corp.
    if reply.word("ToUserName").strip().casefold() != chat.userid.casefold():
        raise PassiveRefused("ToUserName 不是发消息的成员")
    if reply.word("FromUserName").strip() != chat.corp_id:
        raise PassiveRefused("FromUserName 不是企业的 CorpID")
    kind = reply.word("MsgType").strip()
    if kind in ("update_button", "update_template_card"):
        await _update(wecom, chat, tapped, _change(wecom, chat, kind, reply))
    else:
        await _message(wecom, chat, kind, _content(wecom, chat, kind, reply))


def _content(wecom: WeCom, chat: Chat, kind: str, reply: Element) -> Mapping[str, Any]:
    if kind == "text":
        return {"content": cut(reply.word("Content"), 2048)}
    if kind in ("image", "voice", "video"):
        inside = reply.find(kind.capitalize()) or Element("")
        media_id = inside.word("MediaId").strip()
        if not wecom.media.knows(chat.corp_id, media_id):
            raise PassiveRefused("MediaId 无效")
        words = {name.lower(): inside.word(name) for name in ("Title", "Description")}
        return {"media_id": media_id, **words}
    if kind == "news":
        articles = (reply.find("Articles") or Element("")).all("item")
        if not 1 <= len(articles) <= 8 or reply.word("ArticleCount").strip() != str(len(articles)):
            raise PassiveRefused("图文条数不对")
        return {"articles": [_article(item) for item in articles]}
    raise PassiveRefused(f"不能被动回复这种消息：{kind}")


def _article(item: Element) -> dict[str, str]:
    return {name.lower(): item.word(name) for name in ("Title", "Description", "PicUrl", "Url")}


def _change(wecom: WeCom, chat: Chat, kind: str, reply: Element) -> Mapping[str, Any]:
    try:
        if kind == "update_button":
            return greyed((reply.find("Button") or Element("")).word("ReplaceName"))
        card = card_of(reply.find("TemplateCard") or Element(""))
        check_card(card, media_known=lambda media_id: wecom.media.knows(chat.corp_id, media_id))
        return whole_card(card)
    except Refused as refused:
        raise PassiveRefused(f"卡片有误：{refused.code}") from refused


async def _update(wecom: WeCom, chat: Chat, tapped: str, change: Mapping[str, Any]) -> None:
    """Change the card for the member who tapped, and for nobody else."""
    delivery = wecom.ledger.find(tapped)
    if delivery is None:
        raise PassiveRefused("这次回调不是点卡片，不能更新卡片")
    await show_update(wecom, delivery, [chat.userid], change, "passive")


async def _message(wecom: WeCom, chat: Chat, kind: str, content: Mapping[str, Any]) -> None:
    shown_at = await wecom.read_clock()
    wecom.ledger.add(
        Delivery(
            msgid="",
            corp_id=chat.corp_id,
            agent_id=chat.agent_id,
            kind="passive",
            recipients=(chat.userid,),
            at=wecom.now(),
            shown_at=shown_at,
            msgtype=kind,
            body=content,
            trail=wecom.trails.cause,
        )
    )
    wecom.talks.add(chat, "app", kind, content, shown_at, trail=wecom.trails.cause)


def card_of(element: Element) -> dict[str, Any]:
    """The JSON form of a card that came as XML."""
    card: dict[str, Any] = {}
    for child in element.children:
        name = NAMES.get(child.name) or re.sub(r"(?<!^)(?=[A-Z])", "_", child.name).lower()
        value = card_of(child) if child.children else _value(child)
        if child.name in LISTS:
            card.setdefault(name, []).append(value)
        else:
            card[name] = value
    return card


def _value(element: Element) -> object:
    words = element.text
    try:
        if element.name in NUMBERS:
            return int(words)
        if element.name == "AspectRatio":
            return float(words)
    except ValueError as broken:
        raise PassiveRefused(f"{element.name} 不是数字") from broken
    return words.strip().lower() in ("1", "true") if element.name in SWITCHES else words

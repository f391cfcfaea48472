"""From a smart bot's JSON, by callback or long connection, to the one event we know (doc/100719)."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.event import Attachment, Event, Kind, Press
from bot.platforms.refused import BadCallback
from bot.platforms.taps import BadTap, TapSigner
from bot.platforms.wecom.events import CHOICE, OPEN, USERID

PLATFORM = "wecom_bot"
MSGID = re.compile(r"[!-~]{1,100}", re.ASCII)
CHATID = re.compile(r"[0-9A-Za-z_\-]{1,64}", re.ASCII)
LONGEST = 20_480  # Bytes of a text; what is longer never came from a person.


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who must be meant: our name for the connection, the bot's id where known, and what it is called."""

    connection: str
    bot_id: str = ""
    called: str = ""

    @property
    def scope(self) -> str:
        """What a tap is signed for."""
        return f"{PLATFORM}:{self.connection}"


def read_event(body: dict[str, Any], receiver: Receiver, signer: TapSigner, now: float) -> Event:
    """The event in a callback's content. `now` is real Unix seconds. Raises only `BadCallback`."""
    if receiver.bot_id and _word(body, "aibotid") not in ("", receiver.bot_id):
        raise BadCallback("meant for another bot", 403)
    msgid = _word(body, "msgid")
    if not MSGID.fullmatch(msgid):
        raise BadCallback("message id malformed")
    group = _word(body, "chattype") == "group"
    event = Event(
        key=f"{receiver.scope}:{msgid}",
        platform=PLATFORM,
        connection=receiver.connection,
        sender=_sender(body),
        kind=Kind.OTHER,
        sent_at=_sent_at(body, now),
        chat=_chat(body) if group else "",
        group=group,
        quoted=_content(_part(body, "quote")),
        reply_to=_word(body, "response_url"),
        once="response_url" in body,
    )
    return _filled(event, body, receiver, signer, now)


def _filled(event: Event, body: dict[str, Any], receiver: Receiver, signer: TapSigner, now: float) -> Event:
    match _word(body, "msgtype"):
        case "text" | "mixed":
            words = _content(body)
            return replace(
                event, kind=Kind.TEXT, text=_unaddressed(words, receiver) if event.group else words
            )
        case "voice":
            return replace(event, kind=Kind.VOICE, text=_content(body))
        case "image":
            return replace(event, kind=Kind.IMAGE, attachment=_file(body, "image"))
        case "file" | "video" as kind:
            return replace(event, kind=Kind.FILE, attachment=_file(body, kind))
        case "event":
            return _happening(event, _part(body, "event"), receiver, signer, now)
        case "":
            raise BadCallback("no message type")
    return event


def _happening(
    event: Event, what: dict[str, Any], receiver: Receiver, signer: TapSigner, now: float
) -> Event:
    match _word(what, "eventtype"):
        case "enter_chat":
            return replace(event, kind=Kind.ENTER)
        case "template_card_event":
            press = _press(_part(what, "template_card_event"), receiver, signer, now)
            return replace(event, kind=Kind.TAP, press=press) if press else event
    return event


def _press(card: dict[str, Any], receiver: Receiver, signer: TapSigner, now: float) -> Press | None:
    """The tap behind a pressed button, or None for one we never signed. WeCom spells it in two ways."""
    key = _word(card, "event_key") or _word(card, "eventkey")
    try:
        if key == OPEN:
            chosen = _chosen(card)
            key = chosen[0] if len(chosen) == 1 else ""
        tap = signer.read(key, connection=receiver.scope, now=now)
    except BadTap:
        return None
    task = _word(card, "task_id") or _word(card, "taskid")
    return Press(tap.packed, task, expired=tap.expired, in_place=True)


def _chosen(card: dict[str, Any]) -> list[str]:
    items = _part(card, "selected_items").get("selected_item")
    found = []
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict) and _word(item, "question_key") == CHOICE:
            options = item.get("option_ids") or item.get("optionids")
            ids = options.get("option_id") if isinstance(options, dict) else options
            found += [one.strip() for one in ids if isinstance(one, str)] if isinstance(ids, list) else []
    return found


def _content(body: dict[str, Any]) -> str:
    """The words of a message or quotation; of a mixed one the words between its pictures."""
    kind = _word(body, "msgtype")
    if kind == "mixed":
        items = _part(body, "mixed").get("msg_item")
        parts = [_content(one) for one in items if isinstance(one, dict)] if isinstance(items, list) else []
        words = "\n".join(part for part in parts if part)
    else:
        value = _part(body, kind).get("content") if kind in ("text", "voice") else ""
        words = value if isinstance(value, str) else ""
    if len(words.encode("utf-8", "replace")) > LONGEST:
        raise BadCallback("text too long")
    return words


def _unaddressed(words: str, receiver: Receiver) -> str:
    """Without the `@Name ` a group message begins with; the name may hold blanks, so ours is tried first."""
    words = words.lstrip()
    called = f"@{receiver.called}"
    if receiver.called and words.startswith(called):
        return words[len(called) :].strip()
    return re.sub(r"^@\S+\s*", "", words).strip()


def _file(body: dict[str, Any], kind: str) -> Attachment:
    part = _part(body, kind)
    return Attachment("", name=_word(part, "filename"), url=_word(part, "url"))


def _sender(body: dict[str, Any]) -> str:
    # Only bots that serve several corps hear a corp id; the same user id there is somebody else.
    if _word(_part(body, "from"), "corpid"):
        raise BadCallback("somebody of another corp", 403)
    sender = _word(_part(body, "from"), "userid")
    if not USERID.fullmatch(sender):
        raise BadCallback("sender malformed")
    return sender


def _chat(body: dict[str, Any]) -> str:
    chat = _word(body, "chatid")
    if not CHATID.fullmatch(chat):
        raise BadCallback("group malformed")
    return chat


def _sent_at(body: dict[str, Any], now: float) -> datetime:
    """Messages carry no time of their own; events do."""
    said = body.get("create_time")
    seconds = said if isinstance(said, int) and 0 <= said < 10**10 else int(now)
    return datetime.fromtimestamp(seconds, UTC)


def _part(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _word(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    return value.strip() if isinstance(value, str) else ""

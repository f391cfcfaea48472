"""From what DingTalk sent, over either door, to the one event the pipeline knows (dingtalk.md §1, §6.6).

Whoever comes without an employee id is a guest: a made-up name that no account can have, never `senderId`.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.event import Attachment, Event, Kind, Press
from bot.platforms.dingtalk.reading import Row, id_word, number, part, read_row, word
from bot.platforms.refused import BadCallback
from bot.platforms.taps import BadTap, SignedTap, TapSigner

PLATFORM = "dingtalk"
GUEST = "~"  # Begins a guest's name; no employee id has it.
QUOTA = 20001
LONGEST_KEY, LONGEST_CHAT = 160, 80  # What the store keeps.

USERID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}", re.ASCII)
MENTION = re.compile(r"@(\S{1,40})(?:\s+|$)")
# What an ActionCard's button lets the person say: its words, a blank, and our signed tap.
SPOKEN = re.compile(r"(\S.{0,60}?)\s+~([A-Za-z0-9_-]{29,1024})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who must be meant: our name for the connection, its corp, its robot, and what people call it."""

    connection: str
    corp_id: str
    robot_code: str
    robot_name: str = "小二"

    @property
    def scope(self) -> str:
        """What a tap is signed for."""
        return f"{PLATFORM}:{self.connection}"


def read_message(row: Row, receiver: Receiver, signer: TapSigner, now: float) -> Event:
    """The event in a robot message. `now` is real Unix seconds. Raises only `BadCallback`."""
    _check_addressee(row, receiver)
    group = word(row, "conversationType") == "2"
    kind, text, attachment = _content(row)
    text = _unaddressed(text, row, receiver) if group else text.strip()
    message_id = id_word(row, "msgId")
    if not message_id:
        raise BadCallback("no message id")
    event = Event(
        key=_key(receiver, message_id),
        platform=PLATFORM,
        connection=receiver.connection,
        sender=_sender(row, receiver),
        kind=kind,
        sent_at=_moment(number(row, "createAt")),
        text=text,
        chat=_chat(id_word(row, "conversationId")) if group else "",
        group=group,
        attachment=attachment,
        quoted=_quoted(part(row, "text")),
        reply_to=_reply_to(row, now),
    )
    spoken = _spoken(text, receiver, signer, now) if kind is Kind.TEXT else None
    return replace(event, kind=Kind.TAP, text="", press=spoken) if spoken else event


def read_press(row: Row, receiver: Receiver, signer: TapSigner, now: float) -> Event:
    """The event in a card callback; one whose tap is not ours does nothing. Raises only `BadCallback`.

    There is no event id. The signed tap is different each time a card is drawn, so card, person and tap name
    one press of one state: a double click and a redelivery repeat it, a later state of the card does not.
    """
    if id_word(row, "corpId") != receiver.corp_id:
        raise BadCallback("meant for another corp", 403)
    sender, card = id_word(row, "userId"), id_word(row, "outTrackId")
    if not USERID.fullmatch(sender) or not card or number(row, "userIdType") not in (0, 1):
        raise BadCallback("sender or card malformed")
    given = word(part(part(read_row(word(row, "content") or "{}"), "cardPrivateData"), "params"), "tap")
    tap = _read_tap(given, receiver, signer, now)
    digest = hashlib.sha256("\n".join((card, sender, given)).encode("utf-8", "replace")).hexdigest()
    return Event(
        key=f"{receiver.scope}:tap:{digest}",
        platform=PLATFORM,
        connection=receiver.connection,
        sender=sender,
        kind=Kind.TAP if tap else Kind.OTHER,
        sent_at=datetime.fromtimestamp(now, UTC),
        press=Press(tap.packed, card, expired=tap.expired, in_place=True) if tap else None,
    )


def quota_spent(row: Row) -> bool:
    """Whether a message came without its words because the month's quota is used up (dingtalk.md §1.3)."""
    return QUOTA in (number(row, "errorCode"), number(row, "errCode"))


def _check_addressee(row: Row, receiver: Receiver) -> None:
    robot, corp = id_word(row, "robotCode"), id_word(row, "chatbotCorpId")
    if robot and robot != receiver.robot_code:
        raise BadCallback("meant for another robot", 403)
    if corp and corp != receiver.corp_id:
        raise BadCallback("meant for another corp", 403)


def _content(row: Row) -> tuple[Kind, str, Attachment | None]:
    inside = part(row, "content")
    code = id_word(inside, "downloadCode", 2048)
    match word(row, "msgtype"):
        case "text":
            text = word(part(row, "text"), "content")
            return (Kind.TEXT if "text" in row else Kind.OTHER), text, None
        case "richText":
            return _rich(inside)
        case "picture":
            return Kind.IMAGE, "", Attachment(code)
        case "audio":
            return Kind.VOICE, word(inside, "recognition"), Attachment(code)
        case "file" | "video":
            return Kind.FILE, "", Attachment(code, name=word(inside, "fileName"))
        case "":
            raise BadCallback("no message type")
    return Kind.OTHER, "", None


def _rich(inside: Row) -> tuple[Kind, str, Attachment | None]:
    """Words in reading order, and the first picture among them."""
    pieces = list(_pieces(inside))
    text = "".join(word(piece, "text") for piece in pieces)
    codes = (id_word(piece, "downloadCode", 2048) for piece in pieces)
    picture = next((Attachment(code) for code in codes if code), None)
    return (Kind.TEXT if text.strip() or not picture else Kind.IMAGE), text, picture


def _pieces(inside: Row) -> Iterator[Row]:
    pieces = inside.get("richText")
    for piece in pieces if isinstance(pieces, list) else []:
        if isinstance(piece, dict):
            yield piece


def _unaddressed(text: str, row: Row, receiver: Receiver) -> str:
    """The words without the call to the robot before them; other people's names stay."""
    text, others = text.strip(), row.get("atUsers")
    named = [user for user in others if isinstance(user, dict)] if isinstance(others, list) else []
    alone = all(word(user, "dingtalkId") == word(row, "chatbotUserId") for user in named)
    while (found := MENTION.match(text)) and (found[1] == receiver.robot_name or alone):
        text = text[found.end() :].strip()
    return text


def _sender(row: Row, receiver: Receiver) -> str:
    staff, corp = id_word(row, "senderStaffId"), id_word(row, "senderCorpId")
    # An employee id counts in its own corp only; in a group that corps share it may be somebody else's.
    if USERID.fullmatch(staff) and corp in ("", receiver.corp_id):
        return staff
    stranger = id_word(row, "senderId") or id_word(row, "conversationId")
    return GUEST + hashlib.sha256(stranger.encode("utf-8", "replace")).hexdigest()[:24]


def _quoted(text: Row) -> str:
    """The words of the message this one replies to, as far as DingTalk tells them."""
    replied = part(text, "repliedMsg")
    return word(replied, "content") or word(part(replied, "content"), "text")


def _reply_to(row: Row, now: float) -> str:
    lives = number(row, "sessionWebhookExpiredTime") > now * 1000
    return id_word(row, "sessionWebhook", 2048) if lives else ""


def _spoken(text: str, receiver: Receiver, signer: TapSigner, now: float) -> Press | None:
    """The tap behind words that an ActionCard's button let the person say."""
    found = SPOKEN.fullmatch(text)
    tap = _read_tap(found[2], receiver, signer, now) if found else None
    return Press(tap.packed, "", expired=tap.expired) if tap else None


def _read_tap(given: str, receiver: Receiver, signer: TapSigner, now: float) -> SignedTap | None:
    try:
        return signer.read(given, connection=receiver.scope, now=now)
    except BadTap:
        return None


def _moment(milliseconds: int) -> datetime:
    if not 10**12 <= milliseconds < 10**13:
        raise BadCallback("time malformed")
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _key(receiver: Receiver, message_id: str) -> str:
    key = f"{receiver.scope}:{message_id}"
    if len(key) <= LONGEST_KEY:
        return key
    return f"{receiver.scope}:{hashlib.sha256(message_id.encode('utf-8', 'replace')).hexdigest()}"


def _chat(conversation_id: str) -> str:
    if not conversation_id:
        raise BadCallback("a group without an id")
    if len(conversation_id) <= LONGEST_CHAT:
        return conversation_id
    return hashlib.sha256(conversation_id.encode("utf-8", "replace")).hexdigest()

"""The sandbox as tests and the page hold it: people who speak and tap, and a look at what they see."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from secrets import token_hex
from time import time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sandbox.clock import DEFAULT_ZONE, Move, MoveClock, ReadClock, target_of
from sandbox.ledger import Ledger
from sandbox.places import SPOTS, Spot
from sandbox.shown import ShownCard
from sandbox.talks import Bubble, Chat
from sandbox.tour import Step
from sandbox.waiting import until
from sandbox.wecom.callbacks import Callbacks, Outcome
from sandbox.wecom.corp import Corp
from sandbox.wecom.gestures import Gestures
from sandbox.wecom.plaintexts import Field
from sandbox.wecom.selections import check_live
from sandbox.wecom.server import WeCom

Explain = Callable[[str], Awaitable[Mapping[str, Any]]]
Suggest = Callable[[str, str], Awaitable[Sequence[Mapping[str, Any]]]]
Count = Callable[[], Awaitable[Mapping[str, int]]]
T = TypeVar("T")


async def real_time() -> datetime:
    """The clock of a sandbox that was given none."""
    return datetime.now(UTC)


async def refuse_to_move(_: object) -> str | None:
    """Moving the clock of a sandbox that was given none. Raises `ValueError`."""
    raise ValueError("这个沙盒的时钟不能拨动")


class Sandbox:
    """One pretend WeCom and its people. Userids suffice where they are unique; else name corp and agent.

    `run` names this run: a page that was open during an earlier one knows by it that everything began anew.
    """

    def __init__(
        self,
        corps: Sequence[Corp],
        *,
        read_clock: ReadClock = real_time,
        move_clock: MoveClock = refuse_to_move,
        explain: Explain | None = None,
        suggest: Suggest | None = None,
        tally: Count | None = None,
        tour: Sequence[Step] = (),
        places: Sequence[Spot] = SPOTS,
        phones: Sequence[str] = (),
        zone: ZoneInfo = DEFAULT_ZONE,
        now: Callable[[], float] = time,
        callback_timeout: float = 5.0,
    ) -> None:
        self.wecom = WeCom(corps, read_clock=read_clock, now=now)
        self.callbacks = Callbacks(self.wecom, timeout=callback_timeout)
        self.gestures = Gestures(self.wecom, self.callbacks)
        self.read_clock, self.move_clock, self.zone = read_clock, move_clock, zone
        self.explain, self.suggest, self.tally = explain, suggest, tally
        self.tour, self.places = tour, places
        self.phones = phones
        self.url = ""
        self.run = token_hex(8)

    @property
    def api_base(self) -> str:
        """What the bot's `api_base` is to be, once the sandbox runs."""
        return f"{self.url}/cgi-bin"

    @property
    def ledger(self) -> Ledger:
        """Every delivery the platform accepted."""
        return self.wecom.ledger

    async def connect(self, url: str, corp_id: str | None = None, agent_id: int | None = None) -> None:
        """Save an app's callback URL as in the console, after it has proved itself. Raises `UrlRefused`."""
        for corp in self.wecom.corps:
            for app in corp.apps:
                if corp_id in (None, corp.corp_id) and agent_id in (None, app.agent_id):
                    await self.callbacks.verify(self.wecom.caller(corp.corp_id, app.agent_id), url)
                    return
        raise LookupError(f"没有这个应用：{corp_id} {agent_id}")

    def chat(self, userid: str, corp_id: str | None = None, agent_id: int | None = None) -> Chat:
        """The conversation of a member. Raises `LookupError`."""
        return self.wecom.chat_of(userid, corp_id, agent_id)

    async def say(
        self, userid: str, words: str, corp_id: str | None = None, agent_id: int | None = None
    ) -> Outcome:
        """A member types a sentence; returns when the callback has been answered."""
        return await self.gestures.say(self.chat(userid, corp_id, agent_id), words)

    async def enter(self, userid: str) -> Outcome:
        """A member opens the conversation."""
        return await self.gestures.enter(self.chat(userid))

    async def send_location(self, chat: Chat, latitude: float, longitude: float, label: str) -> Outcome:
        """A member shares where they are."""
        body = {"latitude": latitude, "longitude": longitude, "label": label}
        fields: list[Field] = [
            ("Location_X", latitude),
            ("Location_Y", longitude),
            ("Scale", 15),
            ("Label", label),
            ("AppType", "wxwork"),
        ]
        return await self.gestures.send(chat, "location", body, fields)

    async def send_link(self, chat: Chat, title: str, description: str, url: str) -> Outcome:
        """A member shares a page."""
        body = {"title": title, "description": description, "url": url}
        fields: list[Field] = [("Title", title), ("Description", description), ("Url", url), ("PicUrl", "")]
        return await self.gestures.send(chat, "link", body, fields)

    async def send_medium(self, chat: Chat, kind: str, name: str, data: bytes, words: str = "") -> Outcome:
        """A member sends an image, a voice message or a file. Raises `Refused` for bytes of another kind.

        `words` go with a voice message as `Recognition`, which is undocumented (wecom.md §2.1, unconfirmed).
        """
        medium = self.wecom.media.add(chat.corp_id, kind, name, data)
        more: dict[str, list[Field]] = {
            "image": [("PicUrl", f"{self.url}/sandbox/media/{medium.media_id}")],
            "voice": [("Format", "amr")],
            "file": [("FileName", name)],
        }
        if kind == "voice" and words:
            more["voice"].append(("Recognition", words))
        body = {"media_id": medium.media_id, "name": name, "words": words}
        return await self.gestures.send(chat, kind, body, [*more.get(kind, []), ("MediaId", medium.media_id)])

    async def tap(
        self,
        userid: str,
        text: str,
        on: ShownCard | None = None,
        selected: Mapping[str, Sequence[str]] | None = None,
        *,
        late: bool = False,
    ) -> Outcome:
        """Tap the button of that text, on the newest card that has it unless `on` names one.

        `late` taps the face that `on` remembers, even if it has changed by now: a tap that was on its way.
        Raises `LookupError` without such a button, `CannotTap` where the client would not allow it.
        """
        card = on or self._card_with(userid, text)
        bubble = card.bubble if late else self.wecom.talks.now(card.bubble)
        if not late:
            check_live(bubble)
        return await self.gestures.tap(bubble, ShownCard(bubble).key_of(text), selected)

    def _card_with(self, userid: str, text: str) -> ShownCard:
        cards = self.cards_to(userid)
        for card in reversed(cards):
            if text in card.buttons:
                return card
        there = "；".join(f"{card.title}：{'、'.join(card.buttons)}" for card in cards)
        raise LookupError(f"{userid} 没有带按钮“{text}”的卡片。现有：{there or '没有卡片'}")

    def cards_to(self, userid: str) -> list[ShownCard]:
        """The cards on a member's phone as they look now, oldest first."""
        return [ShownCard(b) for b in self._received(userid) if b.kind == "template_card"]

    def texts_to(self, userid: str) -> list[str]:
        """The texts and markdown a member received, oldest first."""
        return [str(b.body["content"]) for b in self._received(userid) if b.kind in ("text", "markdown")]

    def _received(self, userid: str) -> list[Bubble]:
        seen = self.wecom.talks.with_person(userid)
        return [bubble for bubble in seen if bubble.side == "app" and not bubble.recalled]

    async def until(self, condition: Callable[[], T], seconds: float = 5.0) -> T:
        """Wait for something to become true on the phones, and return it. Raises `TimeoutError`."""
        return await until(self.wecom.journal, condition, seconds)

    async def redeliver(self, *, exact: bool = False) -> Outcome:
        """Send the last callback again: newly encrypted, or `exact`ly the same bytes. `LookupError`."""
        return await self.callbacks.redeliver(exact=exact)

    async def clock_view(self) -> dict[str, str]:
        """Business time for the page."""
        now = await self.read_clock()
        return {"now": now.astimezone(self.zone).isoformat(), "zone": str(self.zone)}

    async def move(self, move: Move) -> dict[str, str]:
        """Move the business clock and tell the pages. Raises `ValueError`."""
        target = target_of(move, await self.read_clock(), self.zone)
        trail = self.wecom.trails.begin("clock", await self.read_clock())
        trail.name = await self.move_clock(target) or ""
        view = await self.clock_view()
        trail.words = view["now"]
        self.wecom.trails.tell(trail)
        self.wecom.journal.tell("clock", view)
        self.wecom.journal.note("clock", f"时钟拨到 {view['now'][:16].replace('T', ' ')}")
        return view

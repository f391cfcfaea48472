"""Everything the pretend WeCom remembers, in one place, handed to the functions that answer calls."""

import time
from collections.abc import Callable, Sequence

from sandbox.clock import ReadClock
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.ledger import Ledger
from sandbox.talks import Chat, Talks
from sandbox.trails import Trails
from sandbox.wecom.corp import Corp, User
from sandbox.wecom.media import MediaStore
from sandbox.wecom.rates import Rates
from sandbox.wecom.responses import Responses
from sandbox.wecom.tokens import Caller, Tokens


class WeCom:
    """The state of the stand-in. `now` is real time in seconds, `read_clock` the business clock.

    Tokens, rights, rates and media live by real time; only what a person sees carries business time.
    """

    def __init__(
        self, corps: Sequence[Corp], *, read_clock: ReadClock, now: Callable[[], float] = time.time
    ) -> None:
        self.corps = corps
        self.read_clock = read_clock
        self.now = now
        self.journal = Journal()
        self.faults = Faults()
        self.ledger = Ledger()
        self.talks = Talks(self.journal)
        self.trails = Trails(self.journal)
        self.tokens = Tokens(now)
        self.responses = Responses(now)
        self.rates = Rates(now)
        self.media = MediaStore(now)
        self.repeated = 0  # Repeats that were recognised and not shown again.
        self.repeats: dict[bytes, tuple[float, dict[str, object]]] = {}
        self.callback_urls = {
            (corp.corp_id, app.agent_id): app.callback_url for corp in corps for app in corp.apps
        }

    def corp(self, corp_id: str) -> Corp | None:
        """The corp of that id."""
        return next((corp for corp in self.corps if corp.corp_id == corp_id), None)

    def callback_url(self, caller: Caller) -> str:
        """Where the app wants its callbacks, or nothing."""
        return self.callback_urls[caller.corp.corp_id, caller.app.agent_id]

    def caller(self, corp_id: str, agent_id: int) -> Caller:
        """The app of these ids. Raises `LookupError`."""
        corp = self.corp(corp_id)
        app = corp.app(agent_id) if corp else None
        if corp is None or app is None:
            raise LookupError(f"没有这个应用：{corp_id} {agent_id}")
        return Caller(corp, app)

    def chat_of(self, userid: str, corp_id: str | None = None, agent_id: int | None = None) -> Chat:
        """The conversation of a member; the first app that sees them unless one is named. `LookupError`."""
        for corp in self.corps:
            user = corp.user(userid)
            if user is None or corp_id not in (None, corp.corp_id):
                continue
            for app in corp.apps:
                if agent_id in (None, app.agent_id) and corp.sees(app, user):
                    return Chat(corp.corp_id, app.agent_id, user.userid)
        raise LookupError(f"没有这个人：{userid}")

    def user_of(self, chat: Chat) -> User:
        """The member on this end of a conversation. Raises `LookupError`."""
        corp = self.corp(chat.corp_id)
        user = corp.user(chat.userid) if corp else None
        if user is None:
            raise LookupError(f"没有这个人：{chat.userid}")
        return user

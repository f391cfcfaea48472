"""What the page of the demo asks of the bot: a guided first minute, what one may type, and counts."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, func, select

from bot.clock import real_now
from bot.platforms.wecom.events import fold_userid
from bot.service import Service
from bot.speaking import CLI
from handlers.desk import roles_of
from handlers.permissions.rules import may
from handlers.routing import Command, router
from sandbox.tour import Step
from storage.directory import Organisation, OrganisationCache, PersonFact
from storage.ledger import inbox, outbox
from storage.outbox import DEAD, PENDING

WECOM = "wecom"
MOST = 8
LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机 预算一百二十万左右"


def tour_of(phones: Sequence[str]) -> list[Step]:
    """The first minute with two sellers of different companies; without two there is none."""
    if len(phones) < 2:
        return []
    first, second = phones[:2]
    return [
        Step(
            "一位销售在展会上得到一条线索，像发消息一样打出来就行。按回车发出去。",
            "A salesperson has met a lead at a fair and types it like any message. Press Enter.",
            userid=first, phone=1, words=LEAD, expect="恒通路桥", look="answer",
        ),
        Step(
            "小二听懂了公司、联系人、产品和预算，查了重，建了卡片。点【跟进】。",
            "It understood it, looked for duplicates, stored it and drew a card. Tap 跟进.",
            userid=first, phone=1, button="跟进", look="answer",
        ),
        Step(
            "另一家公司的同事来问同一个客户：只被告知该找谁，看不到电话和预算。",
            "A colleague in another company asks about that customer: told whom to talk to, nothing else.",
            userid=second, phone=2, words="查下 徐州恒通路桥 有没有人在跟", expect="有人", look="answer",
        ),
        Step(
            "记一件明天要做的事。",
            "Note something to do tomorrow.",
            userid=first, phone=1, words="提醒我明天上午8点给恒通打电话", expect="已记待办", look="answer",
        ),
        Step(
            "把时钟拨到明早 8:30：到点没做的事，小二自己来提醒。",
            "Move the clock to tomorrow 8:30: what is overdue is brought up by itself.",
            userid=first, phone=1, clock={"to": "tomorrow-8:30"}, expect="逾期", look="answer",
        ),
        Step(
            "做完了就点【完成】。",
            "Done? Tap 完成.",
            userid=first, phone=1, button="完成", look="answer",
        ),
        Step(
            "刚才发生了什么：加密的回调、听懂了什么、用了什么权限、写了哪些行、发了什么，都在这里。",
            "What just happened: the callback, what was understood, the rights, the rows, the messages.",
            look="happened",
        ),
    ]  # fmt: skip


def suggester(service: Service) -> Callable[[str, str], Awaitable[Sequence[Mapping[str, str]]]]:
    """What somebody may type, from the declarations of the commands and their own rights."""
    cache = OrganisationCache()

    async def suggest(userid: str, text: str) -> Sequence[Mapping[str, str]]:
        org = await service.read(cache.get)
        person = _person(org, userid)
        return list(_suggested(person, service, text.strip()))[:MOST] if person else []

    return suggest


def _person(org: Organisation, userid: str) -> PersonFact | None:
    folded = fold_userid(userid)
    ids = (one.person_id for one in org.accounts.values() if (one.platform, one.folded) == (WECOM, folded))
    return org.people.get(next(ids, -1))


def _suggested(person: PersonFact, service: Service, text: str) -> Iterator[Mapping[str, str]]:
    held = {role.role for role in roles_of(person, service.clock.now())}
    allowed = [one for one in router.commands.values() if one.words and may(one.needs, held)]
    for command in sorted(allowed, key=lambda one: not _begins(one, text)):
        if not text or _begins(command, text) or _holds(command, text):
            example = next((one for one in command.examples if one.startswith(command.words[0])), "")
            yield {
                "insert": example or next(iter(command.examples), command.words[0]),
                "label": command.usage,
                "hint": command.help,
            }


def _begins(command: Command, text: str) -> bool:
    """Whether the text is the beginning of what announces the command, or goes on from there."""
    said = text.casefold()
    words = [word.casefold() for word in (*command.words, *command.english)]
    return bool(said) and any(word.startswith(said) or said.startswith(word) for word in words)


def _holds(command: Command, text: str) -> bool:
    shown = (*command.words, *command.english, *command.examples)
    return any(text.casefold() in one.casefold() for one in shown)


def counter(service: Service) -> Callable[[], Awaitable[Mapping[str, int]]]:
    """Counts of the bot's own side since now, for the page that shows that nothing is lost or doubled.

    The platform counts from its own start. What was said on a terminal never reaches it, so it is left out.
    """
    since = real_now()
    heard = (inbox.c.received_at >= since) & (inbox.c.platform != CLI)
    sent = (outbox.c.queued_at >= since) & (func.coalesce(outbox.c.platform, "") != CLI)

    def counts(conn: Connection) -> Mapping[str, int]:
        asked = select(outbox.c.state, outbox.c.kind, func.count()).where(sent)
        rows = conn.execute(asked.group_by(outbox.c.state, outbox.c.kind)).all()
        return {
            "events": conn.scalar(select(func.count()).where(heard)) or 0,
            "queued": sum(count for _, kind, count in rows if kind != "update"),
            "waiting": sum(count for state, _, count in rows if state == PENDING),
            "dead": sum(count for state, _, count in rows if state == DEAD),
        }

    async def tally() -> Mapping[str, int]:
        return await service.read(counts)

    return tally

"""A message that is nothing but a value: a company's name, a phone, a number of an open list."""

import re
from collections.abc import Iterator

from handlers.grammar.declared import Declared
from handlers.grammar.filling import Filling, fill
from handlers.grammar.lexicon import Lexicon
from handlers.grammar.scoring import Score
from handlers.grammar.spots import Spots
from handlers.language.fold import Channel

_IDLE = re.compile(
    r"(?:[的呢吗吧啊呀要有]|怎么样了?|什么情况|情况如何|近况|客户|公司|线索|一家|一个|有家|有个|想要?)*"
)
SURE, OPENED, GUESS = 0.85, 0.8, 0.7


def lonely(spots: Spots, lexicon: Lexicon) -> Iterator[Score]:
    """The commands that such a message is enough for."""
    context = spots.listener.context
    if context.group and spots.folded.channel is not Channel.MENTION:
        return
    for command in lexicon.commands.values():
        if not command.alone or ("list" in command.about and not context.list):
            continue
        filling = fill(command, spots, [], headed=False, guessing=False)
        enough = any(set(names) <= filling.slots.keys() for names in command.alone)
        if enough and command.makes and not _nothing_else(filling):
            # With company and number said, one more word is a thing wanted: 李工 大运路桥 135… 摊铺机.
            filling = fill(command, spots, [], headed=False)
        if enough and _nothing_else(filling):
            yield Score(command.intent, _confidence(filling, command))


def opened(spots: Spots, lexicon: Lexicon) -> Iterator[Score]:
    """The commands that begin by naming who shall do it: 让小陈…."""
    for command in lexicon.commands.values():
        for one in command.parameters:
            if one.name not in command.opens:
                continue
            for cue in one.slot.cues:
                if spots.text.startswith(cue) and any(
                    hit.start == len(cue) and hit.value.fits for hit in spots.people
                ):
                    yield Score(command.intent, OPENED)
                    break


def _confidence(filling: Filling, command: Declared) -> float:
    several = len(filling.slots) > 1
    return GUESS if filling.doubtful or several or command.makes else SURE


def _nothing_else(filling: Filling) -> bool:
    keys = {
        word
        for one in filling.command.parameters
        if one.name in filling.slots
        for word in (*one.slot.keys, *one.slot.cues)
    }
    return all(
        word in keys or _IDLE.fullmatch(word)
        for word in (filling.text[slice(*span)] for span in filling.marks.pieces())
    )

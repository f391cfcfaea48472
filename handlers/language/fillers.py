"""Words that fill a pause and carry nothing: ignored when matching, kept when a text is quoted."""

import re

from handlers.language.fold import LIMIT

_FILLERS = re.compile(
    r"[呃嗯]+|啊"
    r"|(?<![刚才上前面之后])那个(?!月|季|星期|礼拜|周|人)"
    # 这个 points when it stands alone (这个是不是拆单) or before a thing of ours (这个客户); else it fills.
    r"|(?<![别老推批做看用要关于把对])这个(?=[一-鿿])"
    r"(?![是不怎有多的没就也都吧啊呢吗还可会能要应已客公商线工单合审报项待任月季星周礼年数人事我你他她谁给])"
    r"|(?<!不)就是(?!说|否)|然后|帮我(?!们)"
    r"|(?<![很太真有添惹挺怕嫌不更])麻烦(?!事|了|的|大)"
    r"|一下(?!午|子)"
    r"|哈+(?=$|[\s,。.!?~、;])"
)


def strip_fillers(text: str) -> list[tuple[int, int]]:
    """The spans of a folded text that a matcher may skip: 呃 啊 嗯 那个 这个 就是 然后 帮我 麻烦 一下 哈."""
    return [found.span() for found in _FILLERS.finditer(text[:LIMIT])]

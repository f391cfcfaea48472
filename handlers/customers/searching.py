"""What somebody looks for when no name was recognised: the words themselves, or nothing. Pure."""

import re

from handlers.language.fold import fold

# Words that only ask for the list; what is left beside them is a name nobody knows, and never the whole list.
_ASKING = re.compile(
    r"我们的?|我的?|咱们的?|的|有没有|有|哪些|哪几|什么|多少|几|[个家位]|列表|清单|名单|一览|情况|客户|公司"
    r"|一下|看看|看|查找|查|找|搜索|搜|打开|列出来?|列|所有|全部|都|给|请|帮|现在|目前|一共|总共|还|是|吗|呢|吧|啊|了"
    r"|\b(?:my|show|list|all|find|search|look up|lookup|who is|me|the|of|for|customers?|in|are|there|what)\b"
    r"|[^\w]+"
)


def looked_for(text: str) -> str:
    """`华` of `查客户 华`; empty where only the list was asked for."""
    return _ASKING.sub("", fold(text).text).strip()

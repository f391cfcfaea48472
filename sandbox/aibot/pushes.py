"""What a webhook robot may push (doc/91770): words, pictures and news, and their limits in bytes."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.aibot.contents import picture_of
from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import Body, cut, many, text
from sandbox.wecom.media import check_medium

TEXT_BYTES, MARKDOWN_BYTES = 2048, 4096
IMAGE_BYTES = 2 * 1024 * 1024
MOST_MENTIONS = 20
MENTION = re.compile(r"<@([^<>\s]+)>")

Content = Mapping[str, Any]


def _text(content: Body) -> Content:
    names = {name: _names(content, name) for name in ("mentioned_list", "mentioned_mobile_list")}
    return {
        "content": _words(content, "text", TEXT_BYTES),
        **{n: found for n, found in names.items() if found},
    }


def _markdown(content: Body) -> Content:
    words = _words(content, "markdown", MARKDOWN_BYTES)
    mentioned = MENTION.findall(words)
    return {"content": words, "mentioned_list": mentioned} if mentioned else {"content": words}


def _markdown_v2(content: Body) -> Content:
    return {"content": _words(content, "markdown_v2", MARKDOWN_BYTES)}


def _image(content: Body) -> Content:
    data = picture_of(content)
    check_medium("image", data)
    if len(data) > IMAGE_BYTES:
        raise Refused(40009)
    return {"base64": text(content, "base64")}


def _news(content: Body) -> Content:
    articles = many(content, "articles")
    if not 1 <= len(articles) <= 8:
        raise Refused(45008 if articles else 40058, "news.articles size")
    if not all(text(article, "title") and text(article, "url") for article in articles):
        raise Refused(40058, "news.articles need title and url")
    limits = {"title": 128, "description": 512, "url": 2048, "picurl": 2048}
    return {"articles": [{n: cut(text(a, n), most) for n, most in limits.items()} for a in articles]}


CHECKS: Mapping[str, Callable[[Body], Content]] = {
    "text": _text,
    "markdown": _markdown,
    "markdown_v2": _markdown_v2,
    "image": _image,
    "news": _news,
}


def _words(content: Body, kind: str, most: int) -> str:
    """The words, refused rather than cut when they are too long."""
    words = text(content, "content")
    if not words:
        raise Refused(44004)
    if len(words.encode()) > most:
        raise Refused(40058, f"{kind}.content exceed max length {most}")
    return words


def _names(content: Body, name: str) -> list[str]:
    names = content.get(name) or []
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise Refused(40058, name)
    if len(names) > MOST_MENTIONS:
        raise Refused(40058, f"{name} size")
    return names

"""The message types of message/send (doc/90236) other than template cards: what is needed, cut or refused."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import Body, cut, many, number, part, text

MediaKnown = Callable[[str], bool]
Content = dict[str, Any]
TEXT_BYTES = 2048


def check_content(body: Body, *, media_known: MediaKnown) -> Content:
    """The content as it will be shown. Raises `Refused`."""
    kind = body.get("msgtype")
    check = CHECKS.get(kind) if isinstance(kind, str) else None
    if check is None:
        raise Refused(40008)
    if not isinstance(body.get(str(kind)), dict):
        raise Refused(40063, str(kind))
    number(body, "safe", range(3))
    if kind == "news" and body.get("safe"):
        raise Refused(40074)
    return check(part(body, str(kind)), media_known)


def _text(content: Body, _: MediaKnown) -> Content:
    words = text(content, "content")
    if not words:
        raise Refused(44004)
    return {"content": cut(words, TEXT_BYTES)}


def _markdown(content: Body, _: MediaKnown) -> Content:
    words = text(content, "content")
    if not words:
        raise Refused(44004)
    if len(words.encode()) > TEXT_BYTES:
        # What the app API does here is unknown; the group webhook refuses, and so do we, to be strict.
        raise Refused(40058, "markdown.content exceed max length 2048")
    return {"content": words}


def _medium(content: Body, media_known: MediaKnown) -> Content:
    media_id = text(content, "media_id")
    if not media_known(media_id):
        raise Refused(40007)
    return {"media_id": media_id}


def _video(content: Body, media_known: MediaKnown) -> Content:
    words = {"title": cut(text(content, "title"), 128), "description": cut(text(content, "description"), 512)}
    return {**_medium(content, media_known), **words}


def _textcard(content: Body, _: MediaKnown) -> Content:
    if not text(content, "title") or not text(content, "description"):
        raise Refused(40063, "textcard.title or textcard.description")
    if "://" not in text(content, "url") or len(text(content, "url").encode()) > 2048:
        raise Refused(40058, "textcard.url")
    return {
        "title": cut(text(content, "title"), 128),
        "description": cut(text(content, "description"), 512),
        "url": text(content, "url"),
        "btntxt": text(content, "btntxt", default="详情")[:4],
    }


def _articles(content: Body, _: MediaKnown) -> Content:
    articles = many(content, "articles")
    if not articles:
        raise Refused(40063, "articles")
    if len(articles) > 8:
        raise Refused(45008)
    if not all(text(article, "title") for article in articles):
        raise Refused(40063, "articles.title")
    return {"articles": [{**a, "title": cut(text(a, "title"), 128)} for a in articles]}


def _miniprogram(content: Body, _: MediaKnown) -> Content:
    if not text(content, "appid") or not text(content, "title"):
        raise Refused(40063, "miniprogram_notice.appid or miniprogram_notice.title")
    if len(many(content, "content_item")) > 10:
        raise Refused(40058, "miniprogram_notice.content_item")
    return dict(content)


CHECKS: Mapping[str, Callable[[Body, MediaKnown], Content]] = {
    "text": _text,
    "markdown": _markdown,
    "image": _medium,
    "voice": _medium,
    "file": _medium,
    "video": _video,
    "textcard": _textcard,
    "news": _articles,
    "mpnews": _articles,
    "miniprogram_notice": _miniprogram,
}

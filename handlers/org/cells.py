"""What a cell says: yes and no, moments, phones, accounts. Each raises `BadCell` with the words to show."""

import re
from datetime import date, datetime, time, timedelta, tzinfo

from handlers.language.phones import find_phones

YES = frozenset({"yes", "y", "true", "1", "是"})
NO = frozenset({"", "no", "n", "false", "0", "否"})
LONGEST_PHONE = 40
# Digits as people group them; what is no phone of the catalogue may still be a service number.
NUMBER = re.compile(r"[0-9][0-9 -]{1,18}[0-9]")
MOBILE = re.compile(r"1[3-9][0-9]{9}|\+[0-9]{7,15}")
DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
USERID = re.compile(r"[!-~]{1,64}")
CONNECTION = re.compile(r"[A-Za-z0-9_-]{1,40}")


class BadCell(Exception):
    """A cell that cannot be read; the text says what to write instead."""


def yes_no(text: str) -> bool:
    """Whether a cell says yes; an empty one says no."""
    said = text.lower()
    if said not in YES and said not in NO:
        raise BadCell(f"“{text[:20]}”不认识，请写 yes 或 no")
    return said in YES


def moment(text: str, zone: tzinfo, *, ends: bool = False) -> datetime | None:
    """A date or datetime as a moment. A day begins at midnight; where it `ends` something it counts whole."""
    if not text:
        return None
    if day := DAY.fullmatch(text):
        try:
            start = datetime.combine(date(*(int(part) for part in day.groups())), time(), zone)
        except ValueError:
            raise BadCell(_no_date(text)) from None
        return start + timedelta(days=1) if ends else start
    try:
        found = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise BadCell(_no_date(text)) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def phone(text: str) -> str | None:
    """A phone in the catalogue's form: 13812345678, 0517-83661234, +85261230000."""
    if not text:
        return None
    found = find_phones(text[:LONGEST_PHONE])
    if len(found) == 1 and found[0].text == text and not found[0].ask:
        return found[0].value
    if NUMBER.fullmatch(text):
        return "".join(char for char in text if char.isdigit())
    raise BadCell(f"“{text[:20]}”不是电话，例：13812345678、0517-83661234、+85261230000")


def mobile(text: str) -> str | None:
    """A mobile number: eleven digits for the mainland, else E.164."""
    try:
        found = phone(text)
    except BadCell:
        found = ""
    if found is not None and not MOBILE.fullmatch(found):
        raise BadCell(
            f"“{text[:20]}”不是手机号，请写 11 位手机号或带 + 的国际号码，例：13812345678、+85291230000"
        )
    return found


def fold_userid(platform: str, userid: str) -> str:
    """A user id as its platform compares it: WeCom without case, DingTalk exactly."""
    return userid.lower() if platform == "wecom" else userid


def account(text: str) -> tuple[str, str]:
    """Connection (empty: the first) and user id of `userid` or `connection:userid`."""
    connection, colon, userid = text.rpartition(":")
    if not USERID.fullmatch(userid) or (colon and not CONNECTION.fullmatch(connection)):
        raise BadCell(f"“{text[:40]}”不是账号，请写 用户ID 或 连接名:用户ID，例：ZhangSan、hengyue:ZhangSan")
    return connection, userid


def _no_date(text: str) -> str:
    return f"“{text[:30]}”不是日期，请写 2026-11-18 或 2026-11-18T13:30"

"""A group's own webhook: its address, signed anew for each call (dingtalk.md §7)."""

from yarl import URL

from bot.platforms.dingtalk.signatures import robot_sign


def signed_query(webhook: str, secret: str, milliseconds: int) -> URL:
    """The address to post to now. What is signed already is never signed again."""
    stamp = str(milliseconds)
    return URL(webhook).update_query(timestamp=stamp, sign=robot_sign(stamp, secret))

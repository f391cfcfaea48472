"""Ids as DingTalk makes them: long, in base64, with characters that must be quoted in a URL."""

import base64
import hashlib
import secrets


def message_id() -> str:
    """A msgId that no earlier run has used."""
    return "msg" + _base64(secrets.token_bytes(16))


def query_key() -> str:
    """A processQueryKey with `+` and `/` in it, so that a caller who forgets to quote it is found out."""
    return "pqk+/" + _base64(secrets.token_bytes(16))


def conversation_of(corp_id: str, agent_id: int, userid: str) -> str:
    """The conversationId of a one-to-one chat, the same in every run."""
    return "cid" + _base64(_digest("chat", corp_id, str(agent_id), userid))


def dingtalk_id(corp_id: str, userid: str) -> str:
    """The encrypted id of a person or a robot, of no use in any call."""
    return "$:LWCP_v1:$" + _base64(_digest("person", corp_id, userid))


def union_id(userid: str) -> str:
    """The unionId of a person over all organisations of one developer."""
    return base64.urlsafe_b64encode(_digest("union", userid)).decode().rstrip("=")


def _digest(*words: str) -> bytes:
    return hashlib.sha256("\n".join(words).encode()).digest()[:16]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()

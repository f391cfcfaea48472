"""Sending, and making and renewing cards; every answer becomes an outcome (dingtalk.md §4–§6, §8)."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiolimiter import AsyncLimiter

from bot.platforms.dingtalk.codes import StaleToken
from bot.platforms.dingtalk.http import Wire
from bot.platforms.dingtalk.reading import Row, dumps, number, part, word
from bot.platforms.exchange import TIMEOUT
from bot.platforms.outcomes import Configuration, Dead, Exists, Retry
from bot.platforms.tokens import Tokens

RECIPIENTS = 20
SPACING = 0.055  # Seconds between two calls of one API: DingTalk allows 20 a second.


@dataclass(frozen=True, slots=True)
class Sent:
    """What DingTalk took. `invalid` are the recipients it left out; `response_code`: the card to renew.

    `repeated` says that an earlier try had worked, so that nothing is known but that it is there.
    """

    msgid: str = ""
    response_code: str = ""
    invalid: tuple[str, ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Spelt:
    """A message as one of the robot's templates: `key` and its parameters, all texts."""

    key: str
    param: Mapping[str, str]


class DingtalkClient:
    """One app's calls. `route` is the key of the HTTP callback, empty where callbacks come by Stream."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        client_id: str,
        client_secret: str,
        robot_code: str,
        api_base: str,
        oapi_base: str,
        route: str = "",
        clock: Callable[[], float] = time.time,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        spacing: float = SPACING,
    ) -> None:
        self._wire = Wire(session, api_base, oapi_base, timeout)
        self._login = {"appKey": client_id, "appSecret": client_secret}
        self._tokens = Tokens(self._fetch, clock)
        self._robot_code, self._route, self._spacing = robot_code, route, spacing
        self._limiters: dict[str, AsyncLimiter] = {}

    async def send(self, userids: Sequence[str], message: Spelt) -> Sent:
        """oToMessages/batchSend. Sending is not idempotent. Raises `Outcome`."""
        if not 0 < len(userids) <= RECIPIENTS:
            raise Dead("一次发送的成员过多")
        request = {"robotCode": self._robot_code, "userIds": list(userids), **_spelt(message)}
        answer = await self._call("POST", "v1.0/robot/oToMessages/batchSend", request)
        if set(_names(answer, "flowControlledStaffIdList")) & set(userids):
            raise Retry("钉钉对该成员限流", 60.0)
        left_out = (*_names(answer, "invalidStaffIdList"), *_names(answer, "filteredStaffIdList"))
        return Sent(word(answer, "processQueryKey"), invalid=left_out)

    async def send_group(self, conversation_id: str, message: Spelt) -> Sent:
        """groupMessages/send. Raises `Outcome`."""
        request = {"robotCode": self._robot_code, "openConversationId": conversation_id, **_spelt(message)}
        answer = await self._call("POST", "v1.0/robot/groupMessages/send", request)
        return Sent(word(answer, "processQueryKey"))

    async def create_card(self, userid: str, card: str, template: str, values: Mapping[str, str]) -> Sent:
        """createAndDeliver to one member; idempotent by `card`, the outTrackId. Raises `Outcome`."""
        title = values.get("title", "")
        request = {
            "userId": userid, "userIdType": 1, "cardTemplateId": template, "outTrackId": card,
            "cardData": {"cardParamMap": dict(values)}, "openSpaceId": f"dtv1.card//IM_ROBOT.{userid}",
            "imRobotOpenSpaceModel": {
                "supportForward": False,
                "lastMessageI18n": {"ZH_CN": title}, "notification": {"alertContent": title},
            },
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": self._robot_code},
            **self._callback(),
        }  # fmt: skip
        try:
            answer = await self._call("POST", "v1.0/card/instances/createAndDeliver", request)
        except Exists:
            return Sent(response_code=card, repeated=True)
        results = part(answer, "result").get("deliverResults")
        delivered = [one for one in results if isinstance(one, dict)] if isinstance(results, list) else []
        # 200 and a success on top say nothing; a retry would only meet the card that was made.
        if not delivered or any(one.get("success") not in (True, "true") for one in delivered):
            raise Dead("卡片没有送达该成员，请检查应用的可见范围")
        return Sent(word(delivered[0], "carrierId"), response_code=card)

    async def update_card(self, card: str, values: Mapping[str, str]) -> Sent:
        """Show other values on a card; idempotent. Raises `Outcome`, `Expired` where there is no card."""
        request = {
            "outTrackId": card, "cardData": {"cardParamMap": dict(values)}, "userIdType": 1,
            "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
        }  # fmt: skip
        await self._call("PUT", "v1.0/card/instances", request)
        return Sent(response_code=card)

    async def reply(self, address: str, body: dict[str, Any]) -> None:
        """Answer in a conversation by its own address, without a token. Raises `Outcome`."""
        await self._wire.reply(address, body)

    async def file_address(self, download_code: str) -> str:
        """Where a received file can be fetched for a while, without any token. Raises `Outcome`."""
        request = {"downloadCode": download_code, "robotCode": self._robot_code}
        return word(await self._call("POST", "v1.0/robot/messageFiles/download", request), "downloadUrl")

    async def register_route(self, address: str, api_secret: str) -> None:
        """Name the address of card callbacks over HTTP. Raises `Outcome`."""
        request = {
            "callbackRouteKey": self._route, "callbackUrl": address, "apiSecret": api_secret,
            "forceUpdate": True,
        }  # fmt: skip
        await self._call("POST", "v1.0/card/callbacks/register", request)

    async def check(self) -> None:
        """See whether the credentials are good. Raises `Outcome`."""
        await self._tokens.get()

    def _callback(self) -> dict[str, str]:
        if self._route:
            return {"callbackType": "HTTP", "callbackRouteKey": self._route}
        return {"callbackType": "STREAM"}

    async def _call(self, method: str, path: str, request: dict[str, Any]) -> Row:
        grant = await self._tokens.get()
        try:
            return await self._paced(method, path, request, grant.value)
        except StaleToken:
            grant = await self._tokens.renew(grant)
        return await self._paced(method, path, request, grant.value)

    async def _paced(self, method: str, path: str, request: dict[str, Any], token: str) -> Row:
        async with self._limiters.setdefault(method + path, AsyncLimiter(1, self._spacing)):
            return await self._wire.ask(method, path, request, token)

    async def _fetch(self) -> tuple[str, int]:
        try:
            answer = await self._wire.ask("POST", "v1.0/oauth2/accessToken", self._login)
        except (Dead, StaleToken) as refusal:
            # Whatever keeps us from a token is somebody's to set right.
            reason = refusal.reason
        else:
            value, life = word(answer, "accessToken"), number(answer, "expireIn")
            if value and life:
                return value, life
            raise Retry("钉钉服务器没有给出访问凭证", 5.0)
        raise Configuration(reason, 60.0)


def _spelt(message: Spelt) -> dict[str, str]:
    return {"msgKey": message.key, "msgParam": dumps(dict(message.param))}


def _names(answer: Row, name: str) -> list[str]:
    names = answer.get(name)
    return [one for one in names if isinstance(one, str)] if isinstance(names, list) else []

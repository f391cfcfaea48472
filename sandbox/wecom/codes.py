"""Return codes of WeCom (doc/90313) and the refusal that carries one. Errmsg texts never hold a secret."""

from collections.abc import Mapping

MEANINGS: Mapping[int, str] = {
    -1: "system busy",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media file type",
    40005: "invalid media type parameter",
    40006: "invalid media size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40011: "invalid video size",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40032: "too many userids",
    40035: "invalid parameter",
    40056: "invalid agentid",
    40058: "invalid Request Parameter",
    40063: "some parameters are empty",
    40074: "news message is not allowed to be safe",
    40123: "invalid image",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41011: "agentid missing",
    42001: "access_token expired",
    42014: "invalid task_id",
    42016: "task_id to update does not exist",
    42027: "horizontal_content_list keyname missing",
    42028: "url missing",
    42029: "horizontal_content_list media_id missing",
    42030: "appid missing",
    42031: "invalid card_type",
    42033: "title missing",
    42035: "horizontal_content_list too long",
    42036: "vertical_content_list too long",
    42037: "invalid option_list size",
    42038: "button_list text missing",
    42039: "invalid button_list key",
    42040: "invalid option_list id",
    42041: "option_list text missing",
    42042: "jump_list too long",
    42043: "invalid question_key",
    42044: "card_image url missing",
    42045: "invalid card_action",
    42046: "invalid submit_button key",
    42047: "invalid select_list size",
    42049: "submit_button text missing",
    42050: "horizontal_content_list userid missing",
    42051: "action_menu key conflict",
    42052: "msgid expired",
    43012: "callback url of the app is not configured",
    44001: "empty media data",
    44004: "text is empty",
    45001: "media too big",
    45008: "too many articles",
    45009: "api freq out of limit",
    50003: "app is disabled",
    60003: "department not found",
    60111: "userid not found",
    60140: "invalid response_code",
    81013: "user & party & tag all invalid",
    82001: "no recipient",
    82002: "too many parties",
    82003: "too many tags",
    301002: "agentid does not belong to this access_token",
}


class Refused(Exception):
    """A business error: HTTP 200 with this code. `extra` joins the answer, as with 81013."""

    def __init__(self, code: int, why: str = "", extra: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.why = why
        self.extra = dict(extra or {})

    def answer(self, hint: str) -> dict[str, object]:
        """The JSON body, with the hint number that WeCom's support asks for."""
        meaning = MEANINGS.get(self.code, "error")
        words = f"{meaning}: {self.why}" if self.why else meaning
        return {"errcode": self.code, "errmsg": f"{words}, hint: [{hint}]", **self.extra}

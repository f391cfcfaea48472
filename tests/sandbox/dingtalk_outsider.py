"""A bot made with DingTalk's own SDK: tells what it saw, and settles every card that is tapped."""

import asyncio
import importlib
import json
import logging
import os
from typing import Any

# The package brings no types, so it comes in by name and counts as Any.
sdk: Any = importlib.import_module("dingtalk_stream")

SETTLED = {
    "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
    "cardData": {"cardParamMap": {"status": "已完成", "buttons": "[]"}},
}
OK = (200, "OK")


def tell(**what: Any) -> None:
    """One line for the test."""
    print(json.dumps(what, ensure_ascii=False), flush=True)


def messages() -> Any:
    """A handler that answers through the session webhook."""
    handler = sdk.ChatbotHandler()

    async def process(callback: Any) -> tuple[int, str]:
        message = sdk.ChatbotMessage.from_dict(callback.data)
        words = message.text.content.strip()
        await asyncio.to_thread(handler.reply_text, f"听到：{words}", message)
        tell(message=words, by=message.sender_staff_id)
        return OK

    handler.process = process
    return handler


def taps() -> Any:
    """A handler that answers with a settled card."""
    handler = sdk.CallbackHandler()

    async def process(callback: Any) -> tuple[int, dict[str, Any]]:
        tapped = sdk.CardCallbackMessage.from_dict(callback.data)
        tell(tap=tapped.content["cardPrivateData"]["params"]["tap"], by=tapped.user_id)
        return 200, SETTLED

    handler.process = process
    return handler


def events() -> Any:
    """A handler of contact events."""
    handler = sdk.EventHandler()

    async def process(event: Any) -> tuple[int, str]:
        tell(event=event.headers.event_type, users=event.data["userId"])
        return OK

    handler.process = process
    return handler


def main() -> None:
    """Run until killed."""
    credential = sdk.Credential(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    client = sdk.DingTalkStreamClient(credential, logging.getLogger("outsider"))
    client.register_callback_handler(sdk.ChatbotMessage.TOPIC, messages())
    client.register_callback_handler(sdk.CallbackHandler.TOPIC_CARD_CALLBACK, taps())
    client.register_all_event_handler(events())
    client.start_forever()


if __name__ == "__main__":
    main()

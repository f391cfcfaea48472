"""What the page may post, field by field; anything else is refused."""

from typing import Annotated, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, TypeAdapter


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class _Chatting(_Strict):
    """Whose conversation is meant; corp and agent only where the userid is not unique."""

    userid: str = Field(min_length=1, max_length=64)
    corp: str | None = None
    agent: int | None = None


class SayText(_Chatting):
    """A typed sentence."""

    type: Literal["text"]
    content: str = Field(min_length=1, max_length=4000)


class SayLocation(_Chatting):
    """A place."""

    type: Literal["location"]
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    label: str = Field(max_length=200)


class SayLink(_Chatting):
    """A shared page."""

    type: Literal["link"]
    title: str = Field(max_length=200)
    description: str = Field(default="", max_length=500)
    url: str = Field(max_length=2000)


class SayMedium(_Chatting):
    """A picture, voice message or file, base64 inside the JSON. `words`: what the voice says."""

    type: Literal["image", "voice", "file"]
    name: str = Field(min_length=1, max_length=200)
    data: Base64Bytes
    words: str = Field(default="", max_length=1000)


class SayEnter(_Chatting):
    """Opening the conversation."""

    type: Literal["enter"]


Say = Annotated[SayText | SayLocation | SayLink | SayMedium | SayEnter, Field(discriminator="type")]
SAY: TypeAdapter[SayText | SayLocation | SayLink | SayMedium | SayEnter] = TypeAdapter(Say)


class Tap(_Chatting):
    """A tap on a card; without `selected` every question keeps what the card presets."""

    task_id: str = Field(min_length=1, max_length=128)
    key: str = Field(min_length=1, max_length=1024)
    selected: dict[str, list[str]] | None = None


class Flip(_Strict):
    """A switch of the page."""

    name: str = Field(min_length=1, max_length=20)
    on: bool


class Trouble(_Strict):
    """A fault to switch on, or something to be done once."""

    kind: Literal[
        "errcode",
        "http",
        "slow",
        "drop",
        "lose_answer",
        "lose_callback_answer",
        "rate_limited",
        "expire_tokens",
        "revoke_tokens",
        "expire_responses",
        "redeliver",
    ]
    path: str = ""
    times: int | None = Field(default=1, ge=1, le=1000)
    code: int = -1
    status: int = Field(default=503, ge=500, le=599)
    seconds: float = Field(default=6.0, ge=0, le=60)
    exact: bool = False

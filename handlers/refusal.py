"""An expected no. Pure, so that rules can say it."""


class Refusal(Exception):
    """An expected no. Its docstring is what the person reads; `words` fill its `{}`."""

    def __init__(self, **words: object) -> None:
        super().__init__()
        self.words = words

    @property
    def text(self) -> str:
        """The docstring, filled in."""
        return " ".join((type(self).__doc__ or "").split()).format(**self.words)


class NotFound(Refusal):
    """没有找到“{said}”。请核对名称或编号；如果你认为应该能看到，请找你的主管或管理员开通。"""


class NotAllowed(Refusal):
    """这件事由{who}来做。如果你需要，请找你的主管或管理员开通。"""


class ChangedSince(Refusal):
    """这张卡片已经过时，请看最新的一张。"""

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
    """没有找到“{said}”。请核对名称或编号，你能看到的在“我的客户”“我的线索”里；该看到却没有的，请找主管或管理员开通。"""


class NotAllowed(Refusal):
    """这件事由{who}来做。如果你需要，请找你的主管或管理员开通。你能做的，说“帮助”。"""


class ChangedSince(Refusal):
    """这张卡片已经过时，按钮没有生效。请重新查一下，例如：我的待办；我的线索。"""

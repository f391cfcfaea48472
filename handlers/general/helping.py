"""What can be said, noun by noun, with an example each; only what the asker may do."""

from collections.abc import Sequence

from handlers.general.undoing import WORDS
from handlers.routing import Command


def overview(commands: Sequence[Command]) -> str:
    """One line a noun: an example, and the words for the rest."""
    lines = []
    for noun, name in WORDS.items():
        found = [one for one in commands if one.noun == noun]
        if found:
            others = "、".join(one.words[0] for one in found[1:])
            lines.append(f"【{name}】{found[0].examples[0]}" + (f"\n    还有：{others}" if others else ""))
    return "\n".join([*lines, "【说错了】撤销", "一样一样看，说“帮助 线索”“帮助 待办”。"])


def ways(name: str, commands: Sequence[Command]) -> str:
    """Everything that can be done with one noun, an example each."""
    lines = [f"{one.help.rstrip('。')}：{one.examples[0]}" for one in commands]
    return "\n".join([f"{name}可以这样说：", *lines])

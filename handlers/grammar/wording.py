"""In which language a question is put: the reader's, or that of the message."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handlers.grammar.filling import Filling

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[a-z]{2}")


def speaks_english(text: str, english: bool) -> bool:
    """Whether to answer in English."""
    return english or (not _HAN.search(text) and _LATIN.search(text) is not None and " " in text)


def worded(filling: "Filling", chinese: str, english: str) -> str:
    """The question in the language of the speaker."""
    return english if speaks_english(filling.text, filling.listener.english) else chinese

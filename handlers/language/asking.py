"""The language a question is put in: the one it was asked in."""

import re

_HAN = re.compile("[\u3400-\u9fff]")


def in_their_words(text: str, chinese: str, english: str) -> str:
    """The Chinese question for a text with any Chinese in it, else the English one."""
    return chinese if _HAN.search(text) else english

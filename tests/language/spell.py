"""Numbers spelled in Chinese, for round trips."""

DIGITS = "零一二三四五六七八九"


def spell(number: int) -> str:
    """120050 → 十二万零五十."""
    if number == 0:
        return "零"
    for sign, size in (("亿", 10**8), ("万", 10**4)):
        if number >= size:
            head, rest = divmod(number, size)
            tail = spell(rest) if rest else ""
            return spell(head) + sign + ("零" if rest and rest < size // 10 else "") + tail
    words, gap = "", False
    for sign, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, size)
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + sign
            gap = False
        else:
            gap = bool(words)
    return words

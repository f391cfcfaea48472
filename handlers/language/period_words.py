"""How spans of time are said, in Chinese and in English."""

import re

_REL = "本|这个?|当|上上个?|上个?|下个?"
_DAY_FOLLOWS = (
    r"(?!份?(?:底|末|初|中(?!标)|旬|[上中下]旬| ?[0-9]{1,2}[日号]| ?[0-9]{1,2}(?![0-9万个台])"
    r"|[一二三十][一二三四五六七八九十]{0,2}[日号]))"
)

YEAR = re.compile(
    r"(?P<rel>今|去|前|明|本)年(?:度|全年)?(?![0-9一二三四五六七八九十]{1,2}月|[底末初中前后]"
    r"|第?[一二三四1-4]?季|q|[上下]半年|以来|至今)"
    r"|(?<![0-9])(?P<year>20[0-9]{2}|二[零〇][二三四][零〇一二三四五六七八九])年(?:度"
    r"|全年)?(?![0-9一二三四五六七八九十]{1,2}月|[底末初中]|第?[一二三四1-4]季|q|[上下]半年)",
    re.I,
)
HALF = re.compile(
    r"(?:(?P<rel>今|去|明|本)年|(?P<year>20[0-9]{2})年)?(?P<half>[上下])半年"
    r"|(?:(?P<year2>20[0-9]{2}) ?)?\bh(?P<h>[12])\b",
    re.I,
)
QUARTER = re.compile(
    r"(?P<rel>本|这个?|当|上个?|下个?)季度?(?![末底报节])"
    r"|(?:(?:(?P<year>20[0-9]{2}|(?<![0-9])[23][0-9])年?[ -]?|(?P<relyear>今|去"
    r"|明)年))?(?:(?:(?<=20[0-9][0-9])|(?<![a-z0-9]))q(?P<q>[1-4])(?![0-9a-z]|-[0-9]|[末底])"
    r"|(?<![0-9几])第?(?P<n>[一二三四1-4])季度?(?![末底报节])(?<=季度))",
    re.I,
)
MONTH = re.compile(
    rf"(?P<rel>{_REL})月份?{_DAY_FOLLOWS}(?!以来|至今)"
    rf"|(?:(?P<year>20[0-9]{{2}})年|(?P<relyear>今|去"
    rf"|明)年)?(?<![0-9个几第一二三四五六七八九十./-])(?P<n>1[0-2]|0?[1-9]|十[一二]?"
    rf"|[一二三四五六七八九])月份?{_DAY_FOLLOWS}"
    rf"|(?<![0-9-])(?P<isoyear>20[0-9]{{2}})-(?P<iso>0[1-9]|1[0-2])(?![0-9-])"
)
WEEK = re.compile(
    r"(?P<rel>本|这个?|当|上上个?|上个?|下下个?|下个?)(?:周|星期|礼拜)(?![二三四五六日天末1-7]"
    r"|一(?![个家起直批下些]))"
)
RELATIVE = {
    "本": 0,
    "这": 0,
    "当": 0,
    "上": -1,
    "上上": -2,
    "下": 1,
    "下下": 2,
    "今": 0,
    "去": -1,
    "前": -2,
    "明": 1,
}
TO_DATE = re.compile(
    r"(?P<year>年初至今|今年以来|今年至今|本年以来|ytd|year to date)|(?P<month>本月以来|本月至今"
    r"|月初至今|mtd|month to date)|(?P<week>本周以来)",
    re.I,
)
RECENT = re.compile(r"(?:最近(?:这|的)?|近(?!期)|过去(?:的)?|(?:the )?(?:last|past)) ?$", re.I)
RECENT_ALONE = re.compile(
    r"最近(?! ?[0-9一二两三四五六七八九十半几]|的一|日期|怎么样)|近期|近来|\brecent(?:ly)?\b", re.I
)
FROM_TO = re.compile(r" ?(?:到|至|~|-|–|—|/|to|until|through) ?", re.I)
ENGLISH = re.compile(
    r"\b(?P<rel>this|last|next|previous|current) (?P<unit>week|month|quarter|year)\b(?! end)", re.I
)
MONTH_NAMES = re.compile(
    r"\b(?P<name>january|february|march|april|june|july|august|september|october|november|december"
    r"|(?:jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)\b)"
    r"(?! ?[0-9]{1,2}(?:st|nd|rd|th)?\b)(?: (?P<year>20[0-9]{2}))?",
    re.I,
)
_ANY_MONTH = "1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
MONTHS_TO_MONTHS = re.compile(
    rf"(?:(?P<year>20[0-9]{{2}})年|(?P<relyear>今|去"
    rf"|明)年)?(?<![0-9.])(?P<one>{_ANY_MONTH})月?份? ?(?:到|至|~|-"
    rf"|—) ?(?P<other>{_ANY_MONTH})月份?{_DAY_FOLLOWS}"
)

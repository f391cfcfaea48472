"""What stands behind a number and makes it a measure, a count or a score: never money."""

import re

_COUNTED = (
    "台|套|件|辆|只|支|根|张(?![一-鿿]{0,2}[总工科])|组|批|条|项(?!目)|位|名(?!义)|家(?!具)|户|笔|趟"
    "|回(?!款|访)|次|号|楼|层|期|折|层|栋|座|扇|"
    "个|人(?!民币)|单(?!价|子|独|位|据|品)|度(?!假)|岁|倍|遍|页|行|步|级|届|寸|匹|转(?!账|给|让)|相|极"
    "|路(?!桥)|孔|芯|间|盒|箱|瓶|桶|袋|"
    "片|颗|卷|捆|点(?!钱)|分(?![一二两三四五六七八九十0-9]{1,2}[期次年])|秒|刻|"
    "年(?![底前初末中内后度付租])|月(?![底末中初付结租])|日|天(?!津)|周|星期|礼拜|季度|小时|工作日|钟头|"
    "吨|公斤|千克|克|斤|公里|千米|厘米|毫米|米|平方|平米|平(?![均台])|立方|亩|升(?![级职])|瓦|千瓦|兆瓦"
    "|伏|安(?![装排全徽])|赫兹|帕|"
    "成(?!交|都|本|立|功|为|果|品)|强|折|线(?!索)|型|版|代(?!理|表)|号线|比(?=[0-9一二三四五六七八九])"
)
_LATIN = (
    "kwh?|kva|kv|kn|mw|mva|mm2?|cm2?|dm|km|m[23]?|um|kg|mg|g|t|ml|l|hz|khz|mhz|ghz|mpa|kpa|pa|bar|v|a"
    "|ah|mah|rpm|gb|mb|tb|"
    "hp|db|dn|pcs|units?|sets?|pieces?|days?|weeks?|months?|years?|hours?|hrs?|minutes?|mins?|h|d|am|pm"
    "|x|st|nd|rd|th|people|%|°c?|℃|pt|points?"
)
COUNTED = re.compile(f" ?(?:{_COUNTED})")
_LATIN_UNIT = re.compile(rf" ?(?:{_LATIN})(?![a-z])", re.I)
_MILLIONS = re.compile(r"M(?![A-Za-z0-9])")


def measured(text: str, at: int) -> bool:
    """Whether a unit other than money follows. A capital M alone is a million, a small one a metre."""
    if text.startswith("万", at):
        at += 1
    if _MILLIONS.match(text, at):
        return False
    return COUNTED.match(text, at) is not None or _LATIN_UNIT.match(text, at) is not None

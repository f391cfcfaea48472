"""Words in a sentence that are a company's name, though nobody has told us of it."""

import re
from collections.abc import Iterator
from functools import cache

from handlers.companies.directory import LONGEST_TEXT, Directory, Mention
from handlers.companies.fold import folded_in_place
from handlers.companies.names import parts
from handlers.companies.places import head, known_at
from handlers.companies.trade_table import line_of, trades
from handlers.language.found import Found

_LEGAL = re.compile(
    r"(?:(?:集团)?(?:股份有限责任公司|有限责任公司|股份有限公司|有限公司)|集团公司|股份公司"
    r"|(?P<weak>集团|研究院|设计院|合作社))"
    r"(?:[一-鿿0-9]{2,6}(?:分公司|分行|项目部|办事处))?"
)
_RUN = re.compile(r"[一-鿿a-z0-9()（）&·-]*$")
_WIDEST = 40  # characters before a legal form that may belong to the name
# Words that end where a name begins. None of the single ones is used in names.
_OPENERS = re.compile(
    r"新线索|线索|客户|查重|查一?下|看一?下|查查|搜一?下|拜访|跟进|联系"
    r"|公司[叫是]|改[成为]|名[叫称]|打给|发给|报给|提醒|新增|新建|录入?个?"
    r"|加个|对接|关于|来自|签约|签了|走访|合作|今天|明天|昨天|后天|上午|下午|刚才"
    r"|刚刚|展会上?|现场|见了?|聊了?|遇到|认识了?|碰到|还有|以及|或者|名字|单位"
    r"|甲方|业主|供应商|对手|[的了给跟把叫是找这那哪我你他她它们吗呢吧啊被让请问帮替]"
    r"|注册|成立|[一这那哪几两]家|什么"
)
_JOINERS = frozenset("和与到去在向从查见对为及同约往")
# Ordinary words that stand where a brand would: 徐州高速公路建设 is no company.
_ORDINARY = re.compile(
    r"高速|城市|农村|基础|重点|交通|市政|老旧|新区|开发|工业|商业|公共|地下|地方"
    r"|当地|附近|周边|那边|这边|项目|工地|工程|市场|行业|客户|公司|公里|今年|去年"
    r"|明年|本地|全市|全省|全国|智能|数字|现代|大型|小型|中型|新型|传统|国有|民营"
    r"|两台|几台|一批|想[买看要做]|需要|准备|采购|维修|安装|出差|开会|拜访|修建"
    r"|建设|施工|做|买|卖|要|想|有|没|不|在|去|来|搞|看|修|谈|聊|个|台|套"
    r"|些|点|过|得|就|也|都|还|又|很|太|吗|呢"
)
_GOES_ON = re.compile(
    r"项目|进度|工作|市场|行业|标准|方案|现场|工地|招标|预算|情况|问题|领域|方面"
    r"|业务|产品|设备|规划|局|部|厅|委|人|类|费|款|用|力度|集团|图"
)
_TRADE_AHEAD = 6


def find_company_words(text: str) -> list[Found[str]]:
    """Company-like words: with a legal form, or place + brand + trade (徐州恒通路桥, a good guess)."""
    plain = folded_in_place(text[:LONGEST_TEXT])
    found = list(_legal(plain, text))
    taken = {at for one in found for at in range(one.start, one.end)}
    found += [one for one in _placed(plain, text) if one.start not in taken and one.end - 1 not in taken]
    return sorted(found, key=lambda one: one.start)


def companies_in(text: str, directory: Directory) -> list[Found[Mention | str]]:
    """Known and unknown companies of a sentence.

    A larger unknown name hides the known one inside: 恒通 is not meant in 苏州恒通钢构有限公司.
    """
    known = directory.find_in(text)
    found: list[Found[Mention | str]] = []
    for word in find_company_words(text):
        inside = [one for one in known if one.start < word.end and word.start < one.end]
        if any(one.start <= word.start and word.end <= one.end for one in inside):
            continue
        known = [one for one in known if one not in inside]
        what = directory.resolve(word.text, guess=False)
        meant = tuple(pick.id for pick in what.picks)
        value = Mention(meant, what.how, what.shown_back) if meant else word.value
        found.append(Found(word.start, word.end, value, word.text, approx=word.approx or what.shown_back))
    found += [Found(one.start, one.end, one.value, one.text, one.approx) for one in known]
    return sorted(found, key=lambda one: one.start)


def _legal(plain: str, text: str) -> Iterator[Found[str]]:
    before = 0
    for form in _LEGAL.finditer(plain):
        low = max(before, form.start() - _WIDEST)
        run = _RUN.search(plain, low, form.start())
        if not run:
            continue
        start = _begin(plain, run.start(), form.start())
        name = parts(plain[start : form.end()])
        weak = form["weak"] and not (name.places or name.lines)
        if form.start() - start >= 2 and not weak and not _LEGAL.match(name.core):
            yield Found(start, form.end(), text[start : form.end()], text[start : form.end()])
            before = form.end()


def _begin(plain: str, low: int, high: int) -> int:
    """Where the name begins: after the last opener, without a joining word before a place or a short run."""
    start = low
    for opener in _OPENERS.finditer(plain, low, high):
        start = opener.end()
    while high - start > 2 and plain[start] in "()（）&·-":
        start += 1
    for ahead in (1, 2):
        joined = plain[start + ahead - 1 : start + ahead]
        if joined in _JOINERS and known_at(plain, start + ahead) and high - start - ahead >= 2:
            return start + ahead
    return start


def _placed(plain: str, text: str) -> Iterator[Found[str]]:
    at = 0
    while at < len(plain) - 5:
        if not known_at(plain, at):
            at += 1
            continue
        told = head(plain[at : at + 24])
        end = _brand_and_trade(plain, at + told.end)
        if end:
            yield Found(at, end, text[at:end], text[at:end], approx=True)
        at = max(end, at + len(known_at(plain, at)))


def _brand_and_trade(plain: str, start: int) -> int:
    """Where place + brand + trade ends, or 0: a brand has two to four characters and is no ordinary word."""
    for size in (2, 3, 4):
        core, end = plain[start : start + size], _trades_end(plain, start + size)
        if end and not _ORDINARY.search(core) and core not in trades() and not _broken(core):
            return 0 if _GOES_ON.match(plain, end) or not parts(core).core else end
    return 0


def _broken(core: str) -> bool:
    han = all("一" <= char <= "鿿" for char in core)
    return not han or bool(_OPENERS.search(core)) or not _JOINERS.isdisjoint(core)


def _trades_end(plain: str, start: int) -> int:
    """The end of the trade words that begin here; 0 without any that says a line of business."""
    end, says = start, False
    while True:
        for length in range(_TRADE_AHEAD, 1, -1):
            word = plain[end : end + length]
            if len(word) == length and word in _trade_words():
                end, says = end + length, says or line_of(word) >= 0
                break
        else:
            return end if says else 0


@cache
def _trade_words() -> frozenset[str]:
    return frozenset(word for word in trades() if not word.isascii())

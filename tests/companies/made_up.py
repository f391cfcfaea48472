"""Made-up companies and the ways people mistype them, for tuning; half of the places exist in no table."""

import random
from dataclasses import dataclass

BRAND = (
    "恒通达盛鑫宏华瑞泰隆昌兴顺发安康祥丰裕荣富贵金龙凤鹏腾飞远江河海涛源泉山岭岳天星"
    "明光辉诚信德润泽鸿奥立成凯捷优美嘉佳联创博智慧云博硕茗沐禾谷橙"
)
_KNOWN = """
徐州 无锡 常州 苏州 南通 淮安 扬州 杭州 宁波 温州 合肥 芜湖 济南 青岛 烟台
郑州 洛阳 武汉 宜昌 长沙 佛山 东莞 成都 绵阳 昆明 西安 宝鸡 沈阳 大连 厦门
"""
KNOWN = _KNOWN.split()
OPENING, CLOSING = "沧岚黛栖砚霁箬蓟郗茈澧枫邬郯绥", "岭浦垣埠溪陂桥冈泽泾湾陵屿"
_TRADES = """
路桥 建设 机械 科技 物流 电气 化工 隧道 市政 水务 食品 建材 环保
贸易 设备 园林 矿业 制药 软件 新能源 掘进 采掘 烘焙 定制 康养
"""
TRADES = _TRADES.split()
TAILS = ("", "", "工程", "发展", "实业")
FORMS = (*["有限公司"] * 6, "有限责任公司", "股份有限公司", "集团有限公司")
_HEARD = """
恒横衡亨 通同童桐 达答 盛胜圣晟 鑫新欣信馨 宏红弘洪鸿 华花 瑞锐 泰太 隆龙 昌长 兴星 顺舜 安鞍
康糠 丰风峰锋 裕玉誉 源元原 泉全 诚成城 明名铭 光广 辉晖 润闰 凯恺 佳嘉加 博波 志智致
慧惠汇 云芸 江姜 河和禾 桥侨乔 路陆 械泄 物务
"""
HEARD = _HEARD.split()
COMMON = "的一是不了人我在有他这中大来上个国说们为子和你地出道也时年"


@dataclass(frozen=True, slots=True)
class Company:
    """One made-up company."""

    place: str
    core: str
    trade: str
    tail: str
    form: str

    @property
    def name(self) -> str:
        return self.place + self.core + self.trade + self.tail + self.form


def places(rng: random.Random, many: int = 60) -> list[str]:
    """Half of them known cities, half invented."""
    invented = [a + b for a in OPENING for b in CLOSING]
    return [*KNOWN[: many // 2], *rng.sample(invented, many - many // 2)]


def company(rng: random.Random, where: list[str]) -> Company:
    """Any company, its core of two or three characters."""
    core = "".join(rng.sample(BRAND, rng.choice((2, 2, 2, 3))))
    return Company(rng.choice(where), core, rng.choice(TRADES), rng.choice(TAILS), rng.choice(FORMS))


def variant(rng: random.Random, it: Company, kind: str) -> str:
    """The company as somebody else might write it."""
    said = it.core + it.trade
    match kind:
        case "form":
            return it.place + said + it.tail + rng.choice(["", "有限公司", "有限责任公司"])
        case "suffix":
            return it.place + "市" + said + it.tail + it.form
        case "brackets":
            return f"{it.core}（{it.place}）{it.trade}{it.tail}{it.form}"
        case "no place":
            return said + rng.choice(["", it.tail + it.form])
        case "short":
            return it.place + rng.choice([it.core, said])
        case "heard":
            return _heard(rng, it.name)
        case "look":
            return it.name.replace(it.core[-1], rng.choice(COMMON), 1)
        case "dropped":
            at = rng.randrange(len(it.place + said))
            return it.name[:at] + it.name[at + 1 :]
        case "swapped":
            at = rng.randrange(len(it.place), len(it.place) + len(it.core) - 1)
            return it.name[:at] + it.name[at + 1] + it.name[at] + it.name[at + 2 :]
        case _:
            return it.name.replace("公司", "公 司").replace("有", "有​")


def _heard(rng: random.Random, name: str) -> str:
    spots = [(i, g) for i, c in enumerate(name) for g in HEARD if c in g]
    if not spots:
        return name
    at, group = rng.choice(spots)
    return name[:at] + rng.choice([c for c in group if c != name[at]]) + name[at + 1 :]


KINDS = ("form", "suffix", "brackets", "short", "heard", "heard", "look", "dropped", "swapped", "blanks")


def stranger(rng: random.Random, it: Company, where: list[str]) -> str:
    """A different company that looks much like this one."""
    kind = rng.choice(("place", "trade", "core"))
    if kind == "place":
        place = rng.choice([p for p in where if p != it.place])
        return place + it.core + it.trade + it.tail + it.form
    if kind == "trade":
        trade = rng.choice([t for t in TRADES if t != it.trade])
        return it.place + it.core + trade + it.tail + it.form
    core = it.core[0] + rng.choice([c for c in BRAND if c not in it.core]) + it.core[2:]
    return it.place + core + it.trade + it.tail + it.form

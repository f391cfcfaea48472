"""What companies say they do and what kind of body they are: own tables of trade words and legal forms."""

import re
from functools import cache

# A line holds words that mean the same line of business.
_TRADES = """
路桥 桥梁 隧桥 大桥 桥隧
公路 道路 路面 路业 高速公路
隧道 隧建 隧道建设 隧道工程
地铁 轨道 轨道交通 轨交
铁路 铁建 铁道
交建 交通建设 交通工程 交通
建设 建筑 建工 建筑工程 建设工程 建安 营造 建筑安装 基建
基础 地基 桩基 岩土
市政 市政工程
养护
园林 绿化 景观 园林绿化
装饰 装修 装潢 建筑装饰
管廊 管网 管道 顶管 顶进 管业
水利 水电 水建 水利水电 水电建设
水务 供水 净水 引水 自来水 水司
环保 环境 环境工程 环境科技 环境保护
电力 供电 电网 发电
电气 电器 电控 电气设备
电子 微电子 半导体
光电 照明 灯饰
机电 机械电气 机电设备 机电安装
机械 机械制造 机械设备 重工 重机 机器 工程机械 重型机械
设备 装备 成套设备 设备制造
租赁 设备租赁 机械租赁 融资租赁
自动化 智能装备 智能制造 机器人
仪器 仪表 仪器仪表 测控
阀门 泵业 水泵 阀业
电梯
轴承
模具
五金 五金制品 标准件 紧固件
钢铁 钢构 钢结构 钢材 特钢
金属 有色金属 铝业 铜业 金属制品 金属材料
矿业 矿山 煤业 煤炭 采矿
石油 石化 油气 天然气 燃气
化工 化学 精细化工 石油化工
塑料 塑胶 橡塑 塑业 橡胶
涂料 油漆
建材 水泥 混凝土 商砼 新型建材 建筑材料
玻璃 陶瓷
木业 家具 家居
造纸 纸业 包装 印刷 彩印
纺织 服装 服饰 针织 制衣
食品 粮油 饮料 乳业 酒业
农业 农牧 牧业 种业 农业科技
渔业 水产
制药 药业 医药 生物医药 生物制药
医疗 医疗器械
生物 生物科技 生物技术
新能源 能源 光伏 风电 太阳能 储能
新材料 材料 材料科技
科技 技术 科技发展 技术开发
软件 信息 信息技术 信息科技 网络 网络科技 数据 数码 智采
通信 通讯 电信
汽车 汽贸 汽车销售 汽车零部件 车业
船舶 船业 造船 船厂
港务 港口 港航 码头
机场 航空 空港
物流 运输 货运 速运 快递 供应链 仓储
贸易 商贸 经贸 工贸 进出口 国际贸易
百货 超市 零售 商业
地产 房地产 置业 房地产开发 物业
投资 投资管理 资本 资产管理 控股
咨询 顾问 管理咨询 企业管理
设计 规划 勘察 勘测 设计咨询
监理 检测 工程检测
广告 传媒 文化 文化传播 文化传媒
旅游 酒店 餐饮
教育 培训
保险 证券 银行
保安 安防 消防 安全
trading trade
technology technologies tech
engineering construction
machinery equipment
electric electrical electronics
logistics transport
"""
# Words that add little: companies leave them out, and two of them never tell companies apart.
_FILLERS = "工程 实业 发展 企业 产业 事业 国际 服务 管理 工业 制造 销售 经营 开发 运营 制品 industrial industries international"

# Kinds of body, longest first within a kind; a blank kind is an ordinary company.
_FORMS = {
    "": "股份有限责任公司 有限责任公司 股份有限公司 有限公司 股份公司 总公司 公司 股份 有限",
    "集团": "集团股份有限公司 集团有限责任公司 集团有限公司 集团股份公司 集团公司 集团总公司 集团",
    "厂": "总厂 工厂 厂",
    "院": "设计研究院 研究院 设计院 研究总院 勘察院 总院 医院 学院",
    "所": "研究所 事务所 管理所 交易所",
    "中心": "管理中心 服务中心 研究中心 中心",
    "社": "专业合作社 农民专业合作社 合作社",
    "店": "商行 经营部 商店 门市部 个体工商户 工作室",
    "处": "管理处 指挥部 管委会 管理局 委员会 协会 商会 学会",
    "项目": "项目经理部 项目部 项目指挥部 项目",
}
_LATIN_FORM = re.compile(
    r"[\s,.]+(?:co\.?,? ?ltd|company limited|company|co|limited|ltd|incorporated|inc|corporation|corp|llc|llp|plc"
    r"|gmbh|ag|s\.?a\.?|b\.?v|k\.?k|pte|pty|group|holdings?)\.?$"
)


def _longest_first(words: str) -> "re.Pattern[str]":
    ordered = sorted(words.split(), key=len, reverse=True)
    return re.compile("(?:" + "|".join(ordered) + ")$")


@cache
def trades() -> dict[str, int]:
    """Each trade word with the number of its line of business; fillers have -1."""
    known = {word: line for line, words in enumerate(_TRADES.strip().split("\n")) for word in words.split()}
    return known | dict.fromkeys(_FILLERS.split(), -1)


@cache
def trades_by_sound() -> dict[tuple[str, ...], str]:
    """Trade words of two or more syllables by how they sound, to see through a mistyped one."""
    from handlers.companies.sounds import syllables

    return {syllables(word): word for word in reversed(trades()) if len(word) > 1 and not word.isascii()}


@cache
def _forms() -> tuple["re.Pattern[str]", dict[str, str]]:
    kinds = {word: kind for kind, words in _FORMS.items() for word in words.split()}
    return _longest_first(" ".join(kinds)), kinds


def cut_form(name: str) -> tuple[str, str, str]:
    """(`name` without its legal form, the form, its kind); nothing is cut when nothing would remain."""
    if latin := _LATIN_FORM.search(name):
        rest, form, kind = cut_form(name[: latin.start()].strip(" ,."))
        return rest, f"{latin.group().strip(' ,.')} {form}".strip(), kind
    pattern, kinds = _forms()
    found = pattern.search(name)
    if not found or found.start() < 2:
        return name, "", ""
    return name[: found.start()].rstrip(" ,."), found.group(), kinds[found.group()]


def line_of(word: str) -> int:
    """The line of business of a trade word; -1 when it says nothing."""
    return trades().get(word, -1)

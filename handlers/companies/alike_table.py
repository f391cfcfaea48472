"""Characters that look alike, and those that brands are made of: own tables, to judge a single differing character."""

_LOOK_ALIKE = """
己已巳 末未 土士 人入八 日曰 昱显昊昌 晟盛成 径泾经陉 弘宏泓 博搏膊傅 峰锋蜂烽 铭名茗 泰秦奏 鑫森淼 磊垒 亨享 恒桓垣 通甬 达迭
瑞端 隆窿 昌冒 顺须 兴兵 发友 安宴 康庚 祥详样 丰半 裕格 荣莱 富宫 贵责 宝宾 金全 银根 龙尤 凤风 虎虚 鹏棚 腾滕藤 飞气 翔翱 远运 江汪
河何 湖糊 海悔 洋详 波坡 涛寿 清请情 源原 泉帛 溪奚 山出 川州 岭岑 岳兵 岩碞 石右 天夭 地他 星昱 月目 明朋 光先 阳阴 晨辰 辉晖 东车乐
西四 南甫 北比 中申 正止 方万 大太犬 新薪 华毕 国围 民氏 力刀 工土 业亚 建健 设没 科料 技枝 机饥 械诫 电申 气汽 器哭 路跌 桥侨轿娇
隧遂燧 道迫 轨轧 养差 护沪 港巷 务劳 矿圹 冶治 钢刚纲 铁轶 洁浩 诚城 信言 德徳 仁任 义仪 和知 利和 润闰 泽择 鸿鸟 雁鹰 奥粤 迪笛
"""
# Brands of two or three characters are put together from these, so one differing between two of them is another brand.
_BRAND = frozenset(
    "恒通达盛鑫宏华瑞泰隆昌兴顺发安康祥丰裕荣富贵宝金银龙凤虎鹏腾飞翔远江河湖海洋波涛清源泉溪山川岭岳岩石天地星月明光阳晨辉东西南北中正方"
    "大新国民力工业建设科技机电气诚信德仁义和利润泽鸿雁奥迪伟立成功胜凯捷优美嘉佳亿万众联合同创博智慧云亚欧环球宇宙太平永久长青松柏梅兰竹"
    "菊春秋冬夏玉珠宝钢铁铭浩志杰强勇军威豪雄俊帆舟航程路桥道驰骏马鼎鼐尚高峰卓越精益友邦邦佰百千森林木火土水润滋茂繁景秀丽雅静宁静福禄寿喜"
    "禾谷沐创橙硕茗悦盈轩辰涵韵颐祺麒麟骏骐晶莹璟璞琪瑾瑜璐珂锦绣坤乾艺盟聚集众合赢超越跃迈进步升腾云霄霞雪冰霜露雨润沃野原田园圃桂桃李杏荷莲芳芬香馨"
    "沁沛沣淳渊鉴澜浪汇通港湾岛洲州城都京津沪渝川陕甘青宁桐梓杉桦榕椿枫柳杨槐桑檀楠栋梁柱础石磐碧玺瓷陶窑炉焰烽炎灿烂煌耀曜昕昀昱昶晓旦夕朝暮时代世纪"
    "铂锐锋铠钧铸铮钰鑫银铜锡铝钛镁磁极限度量衡准尺规矩图纵横天工匠巧手心思意念道德仁礼智信忠孝良善真正直率先锋头雁领航帆桨舵锚链环节点线面体形状态势"
    "元亨贞启明朗晖旭昊晟睿思源广宽宏博大卫固坚基本根致远弘毅开拓展鲲恩赐圣贤文武双全中华夏神州汉唐秦楚齐鲁燕赵韩魏晋吴越蜀湘赣粤闽浙苏皖豫鄂"
)
_APART = ("东南西北中", "上下", "大小", "新老旧", "内外", "左右", "前后", "甲乙丙丁戊", "男女", "春夏秋冬")


def look_alike(one: str, other: str) -> bool:
    """Whether two characters are easily taken for each other by the eye."""
    return any(one in group and other in group for group in _GROUPS.get(one, ()))


def brand_character(char: str) -> bool:
    """Whether brands are commonly built with this character."""
    return char in _BRAND


def counted(char: str) -> bool:
    """A numeral: companies of one family differ by it alone."""
    return char.isdecimal() or char in "零〇一二两三四五六七八九十百"


def tells_apart(one: str, other: str) -> bool:
    """Whether the two are numbers, letters or opposites, which nobody types for each other."""
    if one.isascii() and other.isascii():
        return True
    if counted(one) and counted(other):
        return True
    return any(one in group and other in group for group in _APART)


_GROUPS: dict[str, list[str]] = {}
for _group in _LOOK_ALIKE.split():
    for _char in _group:
        _GROUPS.setdefault(_char, []).append(_group)

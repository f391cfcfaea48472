"""The closed lists of fields a condition may use, one for each table of a policy file."""

from collections.abc import Mapping

from handlers.policies.nodes import FieldType

_TEXT, _NUMBER, _FLAG = FieldType.TEXT, FieldType.NUMBER, FieldType.FLAG

Fields = Mapping[str, FieldType]

# Amounts are yuan, rates are 0–1.
APPROVAL: Fields = {
    "类型": _TEXT,
    "金额": _NUMBER,
    "定档金额": _NUMBER,
    "降幅": _NUMBER,
    "毛利率": _NUMBER,
    "预付比例": _NUMBER,
    "质保月数": _NUMBER,
    "额度": _NUMBER,
    "保护天数": _NUMBER,
    "跨公司": _FLAG,
    "参股方": _FLAG,
    "超标准": _FLAG,
}
TICKET: Fields = {
    "停机": _FLAG,
    "安全": _FLAG,
    "降效": _FLAG,
    "咨询": _FLAG,
    "客户等级": _TEXT,
    "单元": _TEXT,
}
POOL: Fields = {
    "对象": _TEXT,
    "客户等级": _TEXT,
    "未跟进天数": _NUMBER,
    "无商机天数": _NUMBER,
    "合同到期天数": _NUMBER,
    "在途商机": _FLAG,
    "未响应天数": _NUMBER,
}
LEAD: Fields = {"产品线": _TEXT, "区域": _TEXT, "来源": _TEXT, "预算": _NUMBER, "客户性质": _TEXT}
MASK: Fields = {"在公海": _FLAG, "查看人公司": _TEXT, "产品公司": _TEXT}

"""What 小二 will learn later, by noun: said plainly, with what can be done today."""

from handlers.grammar.wording import speaks_english

_NOUNS = {
    "arbitration": "撞单统筹", "pool": "公海", "visit": "拜访和签到", "opp": "商机", "quote": "报价",
    "price": "价格查询", "contract": "合同", "payment": "回款", "invoice": "开票", "credit": "信用额度",
    "approval": "审批", "ticket": "工单", "kb": "知识库", "voc": "客户之声", "perm": "权限申请",
    "handover": "交接", "org": "组织查询", "user": "人员变动", "digest": "日报推送", "daily_report": "日报",
    "report": "报表", "audit": "审计导出", "export": "导出", "alert": "提醒的确认", "reminder": "提醒的推迟",
    "dnd": "免打扰", "contact": "联系人更换",
}  # fmt: skip
_DEEDS = {
    "lead.dispute": "撞单异议", "lead.assign": "线索分配", "lead.assign_bulk": "线索批量分配",
    "lead.accept": "接单", "lead.release": "退回公海", "lead.convert": "转商机", "lead.arbitrate": "撞单统筹",
    "lead.arbitrate_decide": "撞单统筹", "lead.arbitrate_appeal": "撞单复议", "customer.update": "改客户资料",
    "customer.alias": "客户别名", "customer.merge": "客户合并", "customer.share": "客户共享",
    "customer.delete": "删除客户",
}  # fmt: skip
_SILENT = frozenset({"approval.ambiguous", "alert.ack", "approval.comment"})
"""Words such as 好 and 知道了, which ask for nothing."""

_INSTEAD = {
    "visit": "提醒我明早10点拜访恒通路桥；跟进 恒通路桥 今天见了王总",
    "opp": "跟进 恒通路桥 预算80万，月底定",
    "quote": "跟进 恒通路桥 要两台报价；提醒我明天上午10点发报价",
    "ticket": "跟进 恒通路桥 摊铺机坏了；提醒我今天下班前联系售后",
    "payment": "跟进 恒通路桥 首付款已到",
    "lead": "线索 L-20931；跟进 恒通路桥 今天通了电话",
    "customer": "客户 恒通路桥；跟进 恒通路桥 地址已搬",
    "contact": "跟进 恒通路桥 张科长换成了毛文静",
    "reminder": "待办改到明天上午10点",
    "alert": "我的待办；待办改到明天上午10点",
}
_ALWAYS = "新线索 …；跟进 …；提醒我 …；查重 …"


def not_yet(intent: str, text: str, *, english: bool) -> str | None:
    """The answer to somebody who asks for it today; None where nothing was asked for."""
    noun = intent.partition(".")[0]
    name = _DEEDS.get(intent) or _NOUNS.get(noun)
    if name is None or intent in _SILENT:
        return None
    if speaks_english(text, english):
        return (
            f"I cannot do this yet ({intent}). What works today: new lead …, log follow-up …, remind me to …"
        )
    return f"“{name}”还没开通，这句话没有执行。现在可以说：{_INSTEAD.get(noun, _ALWAYS)}"

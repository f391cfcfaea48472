"""The words of the closed choices: value → what people say for it."""

SCOPES = {
    "self": ("我的", "我", "我自己", "自己", "自己的", "my", "mine"),
    "dept": ("部门", "我们部门", "本部门", "我们组", "本组", "团队", "department", "team"),
    "company": ("公司", "我们公司", "本公司", "全公司", "company"),
    "business_group": ("事业群", "business group"),
    "group": ("集团", "全集团", "group"),
}
LEAD_STATUS = {
    "待分配": ("待分配", "未分配", "没分配", "unassigned"),
    "待接单": ("待接单", "没接单", "waiting"),
    "跟进中": ("跟进中", "在跟", "active"),
    "已转商机": ("已转商机", "转商机了", "converted"),
    "公海": ("公海", "pool"),
    "无效": ("无效", "invalid"),
}
TASK_STATUS = {
    "overdue": ("逾期", "过期", "超期", "overdue", "late"),
    "done": ("已完成", "做完的", "完成的", "done", "finished"),
    "open": ("未完成", "没完成", "没做完", "没做", "open"),
}
PRICE_PERIOD = {"once": (), "trip": (), "month": (), "year": ()}

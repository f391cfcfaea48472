"""A corp small enough to read: two apps, four people, one of them outside the first app's range."""

from typing import Any

from sandbox.wecom.corp import App, Corp, User

CORP_ID = "ww1f2e3d4c5b6a7980"
AGENT_ID = 1000002
OTHER_AGENT_ID = 1000003
SECRET = "s" * 43
OTHER_SECRET = "o" * 43
TOKEN = "pQ7rZt2Kd9"
AES_KEY = "gXw4OqBQT8TJN7jVs2yTOzzBu1IlBSTOt5Tlr5csb7A"


def small_corp(callback_url: str = "http://127.0.0.1:9/callback/wecom/main") -> Corp:
    """The corp; port 9 refuses connections until a test puts a bot there."""
    return Corp(
        CORP_ID,
        "衡岳装备集团",
        apps=[
            App(
                AGENT_ID,
                SECRET,
                TOKEN,
                AES_KEY,
                callback_url,
                visible=frozenset({"ChenSiyu", "LinHao", "WuGuoqiang"}),
            ),
            App(OTHER_AGENT_ID, OTHER_SECRET, TOKEN, AES_KEY, name="公告"),
        ],
        users=[
            User("ChenSiyu", "陈思雨", "销售", "华东销售部", "销售"),
            User("LinHao", "林浩", "部门经理", "华南销售部", "经理"),
            User("WuGuoqiang", "吴国强", "部门经理", "华东销售部", "经理"),
            User("JiangMin", "蒋敏", "线索统筹", "客户运营部", "统筹"),
        ],
    )


def button_card(task_id: str = "lead-1", **more: Any) -> dict[str, Any]:
    """A valid button card."""
    return {
        "card_type": "button_interaction",
        "main_title": {"title": "新线索 L-20961", "desc": "徐州恒通路桥"},
        "button_list": [
            {"text": "跟进", "style": 1, "key": "follow"},
            {"text": "转商机", "style": 2, "key": "convert"},
        ],
        "task_id": task_id,
        **more,
    }


def vote_card(task_id: str = "vote-1", **more: Any) -> dict[str, Any]:
    """A valid vote card with several choices allowed."""
    return {
        "card_type": "vote_interaction",
        "main_title": {"title": "团建投票"},
        "checkbox": {
            "question_key": "place",
            "mode": 1,
            "option_list": [
                {"id": "a", "text": "爬山", "is_checked": False},
                {"id": "b", "text": "桌游", "is_checked": True},
            ],
        },
        "submit_button": {"text": "投票", "key": "vote_ok"},
        "task_id": task_id,
        **more,
    }


def select_card(task_id: str = "select-1", **more: Any) -> dict[str, Any]:
    """A valid card with two selectors."""
    return {
        "card_type": "multiple_interaction",
        "main_title": {"title": "排班意向"},
        "select_list": [
            {
                "question_key": "day",
                "title": "日期",
                "selected_id": "tue",
                "option_list": [{"id": "mon", "text": "周一"}, {"id": "tue", "text": "周二"}],
            },
            {
                "question_key": "shift",
                "title": "班次",
                "option_list": [{"id": "am", "text": "早"}, {"id": "pm", "text": "晚"}],
            },
        ],
        "submit_button": {"text": "提交", "key": "sch_ok"},
        "task_id": task_id,
        **more,
    }


def text_notice(**more: Any) -> dict[str, Any]:
    """A valid notice without taps."""
    return {
        "card_type": "text_notice",
        "main_title": {"title": "调休提醒", "desc": "本周"},
        "card_action": {"type": 1, "url": "https://hr.example.invalid"},
        **more,
    }


def news_notice(**more: Any) -> dict[str, Any]:
    """A valid picture notice."""
    return {
        "card_type": "news_notice",
        "main_title": {"title": "新食堂开业"},
        "card_image": {"url": "https://img.example.invalid/a.png", "aspect_ratio": 2.0},
        "card_action": {"type": 1, "url": "https://news.example.invalid/1"},
        **more,
    }

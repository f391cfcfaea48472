"""update_template_card: one code, one call, 72 hours; a word on the button or a whole new card."""

from sandbox.app import Sandbox
from tests.sandbox.company import (
    AGENT_ID,
    OTHER_AGENT_ID,
    OTHER_SECRET,
    button_card,
    select_card,
    text_notice,
)
from tests.sandbox.conftest import Api, RealTime


async def sent(api: Api, touser: str = "ChenSiyu|LinHao") -> str:
    answer = await api.card(button_card(), touser)
    return str(answer["response_code"])


def settled(sandbox: Sandbox, userid: str) -> str:
    return sandbox.cards_to(userid)[-1].settled


async def test_a_word_greys_the_buttons_of_those_named(api: Api) -> None:
    answer = await api.update(await sent(api), userids=["ChenSiyu"], button={"replace_name": "已跟进"})

    assert answer["errcode"] == 0
    assert settled(api.sandbox, "ChenSiyu") == "已跟进"
    assert settled(api.sandbox, "LinHao") == ""
    assert api.sandbox.ledger.to("ChenSiyu")[-1].kind == "update"


async def test_atall_reaches_every_recipient(api: Api) -> None:
    await api.update(await sent(api), atall=1, button={"replace_name": "已跟进"})

    assert settled(api.sandbox, "ChenSiyu") == settled(api.sandbox, "LinHao") == "已跟进"


async def test_a_whole_new_card_takes_the_place_of_the_old(api: Api) -> None:
    new = select_card()
    del new["task_id"]
    await api.update(await sent(api), userids=["ChenSiyu"], template_card={**new, "replace_text": "已提交"})

    card = api.sandbox.cards_to("ChenSiyu")[-1]
    assert (card.title, card.settled, card.task_id) == ("排班意向", "已提交", "lead-1")


async def test_a_new_card_without_replace_text_is_alive(api: Api) -> None:
    await api.update(await sent(api), atall=1, template_card=button_card(main_title={"title": "改了"}))

    assert api.sandbox.cards_to("LinHao")[-1].buttons == ["跟进", "转商机"]


async def test_a_code_works_once(api: Api) -> None:
    code = await sent(api)
    first = await api.update(code, atall=1, button={"replace_name": "甲"})
    second = await api.update(code, atall=1, button={"replace_name": "乙"})

    assert (first["errcode"], second["errcode"]) == (0, 60140)
    assert settled(api.sandbox, "ChenSiyu") == "甲"


async def test_a_code_lives_for_72_hours(api: Api, real_time: RealTime) -> None:
    code = await sent(api)
    real_time.seconds += 72 * 3600
    await api.sign_in()

    assert (await api.update(code, atall=1, button={"replace_name": "甲"}))["errcode"] == 60140


async def test_a_refused_update_does_not_use_the_code_up(api: Api) -> None:
    code = await sent(api)

    assert (await api.update(code, atall=1, template_card={"card_type": "x"}))["errcode"] == 42031
    assert (await api.update(code, atall=1, button={"replace_name": "甲"}))["errcode"] == 0


async def test_an_unknown_code_and_one_of_another_app_are_refused(api: Api) -> None:
    code = await sent(api)
    other = await Api(api.sandbox, api.session).sign_in(OTHER_SECRET)
    body = {"agentid": OTHER_AGENT_ID, "response_code": code, "atall": 1, "button": {"replace_name": "甲"}}

    assert (await api.update("made-up", atall=1, button={"replace_name": "甲"}))["errcode"] == 60140
    assert (await other.post("message/update_template_card", body))["errcode"] == 60140
    assert (await other.post("message/update_template_card", {**body, "agentid": AGENT_ID}))[
        "errcode"
    ] == 301002


async def test_invalid_recipients_come_back_as_lists(api: Api) -> None:
    answer = await api.update(
        await sent(api, "ChenSiyu"),
        userids=["ChenSiyu", "LinHao", "NoBody"],
        partyids=[77],
        tagids=[3],
        button={"replace_name": "甲"},
    )

    assert answer["errcode"] == 0
    assert answer["invaliduser"] == ["NoBody", "LinHao"]
    assert (answer["invalidparty"], answer["invalidtag"]) == ([77], [3])


async def test_recipients_and_one_variant_are_needed(api: Api) -> None:
    code = await sent(api, "ChenSiyu")
    word = {"replace_name": "甲"}

    assert (await api.update(code, button=word))["errcode"] == 82001
    assert (await api.update(code, userids=["LinHao"], button=word))["errcode"] == 81013
    assert (await api.update(code, userids="ChenSiyu", button=word))["errcode"] == 40058
    assert (await api.update(code, userids=["u"] * 1001, button=word))["errcode"] == 40032
    assert (await api.update(code, atall=1))["errcode"] == 40058
    assert (await api.update(code, atall=1, button=word, template_card=button_card()))["errcode"] == 40058
    assert (await api.update(code, atall=1, button={"replace_name": ""}))["errcode"] == 40063


async def test_a_notice_with_a_menu_can_be_replaced_but_has_no_button(api: Api) -> None:
    notice = text_notice(task_id="n-1", action_menu={"action_list": [{"text": "静音", "key": "mute"}]})
    code = str((await api.card(notice))["response_code"])

    assert (await api.update(code, atall=1, button={"replace_name": "甲"}))["errcode"] == 40058
    assert (await api.update(code, atall=1, template_card=text_notice()))["errcode"] == 0


async def test_a_recalled_card_can_no_longer_be_updated(api: Api) -> None:
    answer = await api.card(button_card())
    await api.post("message/recall", {"msgid": answer["msgid"]})

    refused = await api.update(str(answer["response_code"]), atall=1, button={"replace_name": "甲"})

    assert refused["errcode"] == 42016

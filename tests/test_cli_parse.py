"""`xiaoer parse`: the machine contract, without effect."""

import json
from pathlib import Path

import pytest

from tests.cli_case import AT, COMPANY, Desk, filled, xiaoer

SHAPE = ["intent", "slots", "missing", "confidence", "candidates", "ask"]
LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机 预算一百二十万左右"


@pytest.fixture
def on(tmp_path: Path) -> Desk:
    with filled(tmp_path) as filled_desk:
        return filled_desk


def parse(on: Desk, text: str, name: str = "陈思雨", *more: str) -> dict[str, object]:
    told = on("parse", text, "--as", name, "--now", AT, "--json", *more)
    assert told.status == 0, told.err
    answer: dict[str, object] = told.json
    return answer


def test_the_answer_has_the_shape_of_the_contract(on: Desk) -> None:
    answer = parse(on, LEAD)

    assert list(answer) == SHAPE
    assert answer["intent"] == "lead.create"
    assert answer["missing"] == []
    assert answer["slots"] == {
        "customer": "徐州恒通路桥", "contact": "王建国", "phone": "13812345678", "product": "摊铺机",
        "qty": 2, "budget": 1200000, "approx": ["budget"],
    }  # fmt: skip


def test_nothing_is_stored(on: Desk, tmp_path: Path) -> None:
    before = (tmp_path / "store.db").read_bytes()

    parse(on, LEAD)
    parse(on, "新线索")

    assert (tmp_path / "store.db").read_bytes() == before
    assert not (tmp_path / "store.db-wal").exists()


def test_an_unknown_name_is_an_outsider(on: Desk) -> None:
    told = parse(on, LEAD, "路人甲")

    assert told["intent"] == "none.external"
    assert told["candidates"] == [{"intent": "none.external", "confidence": 1.0}]


def test_what_an_outsider_claims_to_be_is_noted(on: Desk) -> None:
    told = parse(on, "你好 我是甬江港务设备科的 想查下我们的订单", "路人甲")

    assert told["intent"] == "none.external"
    assert told["slots"] == {"claim": "甬江港务设备科"}


@pytest.mark.parametrize("text", ["", "   ", "-5", "--", "\udcff", "吨" * 3000, "😀", "[bold]", "%s {x} \\"])
def test_every_text_has_an_answer(on: Desk, text: str) -> None:
    arguments = ["parse", "--as", "陈思雨", "--now", AT, "--json", "--config", str(on.config), "--", text]

    told = xiaoer(*arguments)

    assert told.status == 0, told.err
    assert list(told.json) == SHAPE


def test_a_sentence_may_begin_with_a_hyphen(on: Desk) -> None:
    assert list(parse(on, "-5万预算")) == SHAPE


@pytest.mark.parametrize(
    "words",
    [
        ("你好",),
        ("--as", "陈思雨"),
        ("你好", "--as", "陈思雨", "--now", "tomorrow"),
        ("你好", "--as", "陈思雨", "--context", "{"),
        ("你好", "--as", "陈思雨", "--context", "[]"),
        ("你好", "--as", "陈思雨", "--context", '{"mood": "good"}'),
        ("你好", "--as", "陈思雨", "--context", '{"focus": 3}'),
        ("你好", "--as", "陈思雨", "--batch", "x.jsonl"),
        ("你好", "--as", "陈思雨", "--org", "nowhere"),
    ],
)
def test_wrong_arguments_are_status_two(on: Desk, words: tuple[str, ...]) -> None:
    assert on("parse", *words).status == 2


def test_a_batch_on_a_throw_away_company_keeps_ids_and_order(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "text": LEAD, "as": "陈思雨", "now": AT},
        {"id": 2, "text": LEAD, "as": "路人甲", "now": AT, "context": None},
        {"id": "c", "text": "做完了", "as": "罗斌", "now": AT, "context": {"push": "task"}},
    ]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")

    told = [xiaoer("parse", "--batch", str(batch), "--json", "--org", str(COMPANY)) for _ in range(2)]

    answers = [json.loads(line) for line in told[0].out.splitlines()]
    assert [one.status for one in told] == [0, 0]
    assert told[0].out == told[1].out
    assert [list(answer) for answer in answers] == [["id", *SHAPE]] * 3
    assert [answer["id"] for answer in answers] == ["a", 2, "c"]
    assert [answer["intent"] for answer in answers] == ["lead.create", "none.external", "task.done"]


def test_every_malformed_line_of_a_batch_is_named(tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text('{"id": 1}\n\nnot json\n[]\n{"id":4,"text":"x","as":"y","now":"z"}\n', encoding="utf-8")

    told = xiaoer("parse", "--batch", str(batch), "--json", "--org", str(COMPANY))

    assert told.status == 2
    assert told.out == ""
    assert all(f"第 {number} 行" in told.err for number in (1, 3, 4, 5))


def test_for_the_eye_it_says_what_is_missing(on: Desk) -> None:
    told = on("parse", "新线索 王建国 13812345678", "--as", "陈思雨", "--now", AT)

    assert "lead.create" in told.out
    assert "customer" in told.out

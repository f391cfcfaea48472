"""`xiaoer parse`: what 小二 understands, without effect."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.answers import answering, err, out, print_json, printable
from bot.commands.options import AsJson, ConfigFile, moment_of

if TYPE_CHECKING:
    from bot.parsing import Ear, Question


@answering()
def parse(
    text: Annotated[str | None, typer.Argument(help="一句话 · A sentence.", show_default=False)] = None,
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="谁说的 · Who says it.")] = "",
    now: Annotated[str, typer.Option("--now", metavar="ISO", help="此刻；默认真实时间 · The present.")] = "",
    context: Annotated[
        str, typer.Option("--context", metavar="JSON", help='对话里有什么，例：{"focus": "lead"} · At hand.')
    ] = "",
    batch: Annotated[
        Path | None,
        typer.Option("--batch", metavar="FILE.jsonl", help="每行一个 {id,text,as,now,context} · Many."),
    ] = None,
    org: Annotated[
        Path | None, typer.Option("--org", metavar="DIR", help="临时载入这个公司 · A company, just for now.")
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """小二怎样理解一句话，不产生任何作用 · What is understood; nothing is stored. Status 0 for every text."""
    from handlers.policies.inforce import DEFAULT_ZONE

    if (batch is None) != bool(name and text is not None):
        raise typer.BadParameter("写一句话和 --as 姓名，或者 --batch 文件 · TEXT --as NAME, or --batch FILE")
    if org is not None and not org.exists():
        raise typer.BadParameter(f"没有 {org} · it does not exist", param_hint="--org")
    if batch is None:
        questions = [_question(text or "", name, now, context, DEFAULT_ZONE)]
    else:
        questions = _questions(batch, DEFAULT_ZONE)
    with _ear(config, org) as ear:
        if batch is None:
            answer = ear.hear(questions[0])
            print_json(answer) if as_json else _show(answer)
        else:
            _answer_all(ear, questions)


def _question(text: str, name: str, now: str, context: str, zone: tzinfo) -> "Question":
    import json

    from bot.clock import real_now
    from bot.parsing import BadQuestion, Question, context_of

    moment = moment_of(now, zone, "--now") if now else real_now()
    try:
        held = context_of(json.loads(context)) if context else context_of({})
    except BadQuestion as bad:
        raise typer.BadParameter(str(bad), param_hint="--context") from None
    except ValueError:
        raise typer.BadParameter('不是 JSON，例：{"focus": "lead"}', param_hint="--context") from None
    return Question(text, name, moment, held)


def _questions(batch: Path, zone: tzinfo) -> "list[Question]":
    """Every line of the batch; all that are malformed are told at once."""
    from bot.parsing import BadQuestion, Question, question_of

    try:
        lines = batch.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = f"读不了 {batch}（{type(error).__name__}），要 UTF-8 的 JSON Lines · cannot be read"
        raise typer.BadParameter(why, param_hint="--batch") from None
    found, wrong = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            said, held = question_of(line)
            moment = moment_of(said["now"], zone, "--batch")
            found.append(Question(said["text"], said["as"], moment, held, said["id"]))
        except (BadQuestion, typer.BadParameter) as bad:
            wrong.append(f"第 {number} 行：{bad}")
    if wrong:
        more = f"\n…… 共 {len(wrong)} 行" if len(wrong) > 20 else ""
        raise typer.BadParameter("\n".join(wrong[:20]) + more, param_hint="--batch")
    return found


@contextmanager
def _ear(config: Path | None, org: Path | None) -> "Iterator[Ear]":
    from bot.commands.house import open_house, reading
    from bot.config import Bot
    from bot.parsing import Ear
    from bot.throwaway import throwaway_store

    if org is None:
        with open_house(config) as house, reading(house.engine) as conn:
            yield Ear(conn, house.keys, house.undo)
    else:
        with err.status("正在载入 · loading…") as status, throwaway_store(org) as (engine, keys):
            status.stop()
            with reading(engine) as conn:
                yield Ear(conn, keys, Bot().undo_window)


def _answer_all(ear: "Ear", questions: "list[Question]") -> None:
    from bot.commands.progress import tracked

    for question in tracked(questions, "解析 · parsing", len(questions)):
        print_json({"id": question.id, **ear.hear(question)})


def _show(answer: dict[str, Any]) -> None:
    out.print(f"{answer['intent']}  （{answer['confidence']:.2f}）", style="bold", markup=False)
    for name, value in answer["slots"].items():
        out.print(f"  {name} = {printable(str(value))}", markup=False)
    if answer["missing"]:
        out.print(f"  还缺 · missing：{'、'.join(answer['missing'])}", style="yellow", markup=False)
    if answer["ask"]:
        out.print(f"  会问 · asks：{printable(answer['ask'])}", style="yellow", markup=False)
    others = [f"{one['intent']} {one['confidence']:.2f}" for one in answer["candidates"][1:]]
    if others:
        out.print(f"  也可能 · or：{'，'.join(others)}", style="dim", markup=False)

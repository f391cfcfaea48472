"""`xiaoer say`: one turn of conversation on the terminal, with effect."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.answers import Refused, answering, note, out, print_json, printable
from bot.commands.options import AsJson, ConfigFile, Moment, moment_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.speaking import Told
    from cards.model import Tap
    from storage.directory import Organisation

TAP_LIFE = 30 * 86_400  # Seconds a code works.


@answering()
def say(
    text: Annotated[str, typer.Argument(help="要说的话 · What is said.", show_default=False)] = "",
    name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="谁在说；同名写 姓名@单元 · Who speaks.")
    ] = "",
    tap: Annotated[str, typer.Option("--tap", metavar="CODE", help="点一个按钮 · Tap a button.")] = "",
    at: Moment = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """在终端说一句或点一下，真的生效 · Say or tap something as a colleague; it takes effect."""
    if not name:
        raise typer.BadParameter("请写明谁在说，例：--as 陈思雨 · say who speaks", param_hint="--as")
    if bool(text.strip()) == bool(tap):
        raise typer.BadParameter("要么一句话，要么 --tap 代码 · a text, or --tap CODE", param_hint="TEXT")
    import time

    from bot.channels import FOLDS
    from bot.commands.house import open_organisation
    from bot.platforms.taps import TapSigner
    from bot.speaking import CLI, NotOurTap, Terminal

    with open_organisation(config) as (house, org, now):
        _check_name(org, name)
        moment = moment_of(at, house.zone, "--at") if at else now
        signer = TapSigner(house.tap_keys)
        terminal = Terminal(house.engine, house.keys, house.undo, house.in_hand, signer, FOLDS)
        try:
            told = terminal.tap(name, tap, moment) if tap else terminal.say(name, text, moment)
        except NotOurTap as forged:
            raise Refused(str(forged)) from None
    expires = int(time.time()) + TAP_LIFE
    _show(told, lambda one: signer.sign(one.pack(), connection=CLI, expires=expires), as_json=as_json)


def _check_name(org: "Organisation", name: str) -> None:
    """A name that several share must say whose; an unknown one is an outsider."""
    from bot.commands.house import colleague

    if name.partition("@")[0] in org.named:
        colleague(org, name)
    else:
        note(f"通讯录里没有“{name[:40]}”，按外人处理 · not in the directory")


def _show(told: "list[Told]", sign: "Callable[[Tap], str]", *, as_json: bool) -> None:
    from bot.commands.messages import as_values, codes, draw

    if as_json:
        print_json({"messages": [as_values(one, sign) for one in told]})
        return
    for one in told:
        out.print(draw(one))
        for words, code in codes(one.message, sign):
            # On a line of its own, so that it can be copied whole.
            out.print(f"{printable(words)}：--tap {code}", style="dim", markup=False, soft_wrap=True)
    if not told:
        note("（没有回答 · no answer）")

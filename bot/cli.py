"""The command `xiaoer`: which words lead to which command. Nothing is done here."""

from collections.abc import Callable

import typer

from bot.commands import audit, check, demo, org, parse, say, serve

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
# A sentence may begin with a hyphen.
SENTENCE = {**CONTEXT, "ignore_unknown_options": True}

app = typer.Typer(
    name="xiaoer",
    help="小二：住在企业微信和钉钉里的 CRM · The CRM a group of companies talks to.",
    epilog="第一次？ · First time?\n\n  xiaoer demo",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    pretty_exceptions_enable=False,
    context_settings=CONTEXT,
)
orgs = typer.Typer(
    help="组织：载入、查看、授权 · The organisation.", no_args_is_help=True, context_settings=CONTEXT
)
audits = typer.Typer(
    help="审计记录：查看、校验 · The record of everything.", no_args_is_help=True, context_settings=CONTEXT
)


def _examples(*lines: str) -> str:
    return "例 · Examples:\n\n" + "\n\n".join(f"  {line}" for line in lines)


def _add(
    group: typer.Typer, name: str, command: Callable[..., None], *examples: str, sentence: bool = False
) -> None:
    settings = SENTENCE if sentence else CONTEXT
    group.command(name, epilog=_examples(*examples), context_settings=settings)(command)


_add(app, "demo", demo.demo, "xiaoer demo", "xiaoer demo --port 9000 --org 我的公司/", "xiaoer demo --reset")
_add(app, "serve", serve.serve, "xiaoer serve --config config.toml", "xiaoer serve --at 2026-11-18T10:00")
_add(app, "migrate", serve.migrate, "xiaoer migrate --config config.toml")
_add(app, "check", check.check, "xiaoer check", "xiaoer check --json")
_add(
    app,
    "say",
    say.say,
    'xiaoer say "新线索 徐州恒通路桥 13812345678" --as 陈思雨',
    'xiaoer say "我的线索" --as 陈思雨 --json',
    "xiaoer say --tap 代码 --as 陈思雨",
    sentence=True,
)
_add(
    app,
    "parse",
    parse.parse,
    'xiaoer parse "查重 恒通路桥" --as 林浩 --now 2026-11-18T10:00:00+08:00 --json',
    "xiaoer parse --batch 句子.jsonl --org sandbox/company --json",
    sentence=True,
)
_add(
    orgs,
    "import",
    org.load,
    "xiaoer org import 我的公司/",
    "xiaoer org import 组织.xlsx",
    "xiaoer org import sandbox/company --story S05",
)
_add(orgs, "show", org.show, "xiaoer org show", "xiaoer org show --as 陈思雨", "xiaoer org show --json")
_add(orgs, "access", org.access, "xiaoer org access 陈思雨", "xiaoer org access 张伟@ZJ --json")
_add(
    orgs,
    "grant",
    org.grant,
    "xiaoer org grant 周舟 sales LQ-HN",
    "xiaoer org grant 罗斌 manager ZJ-HD --until 2026-12-31 --json",
)
_add(audits, "show", audit.show, "xiaoer audit show L-20961", "xiaoer audit show K-0691 --json")
_add(audits, "verify", audit.verify, "xiaoer audit verify", "xiaoer audit verify --anchor 链头.txt")
app.add_typer(orgs, name="org")
app.add_typer(audits, name="audit")


def main() -> None:
    """The entry point of the command."""
    app()

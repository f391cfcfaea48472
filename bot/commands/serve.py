"""`xiaoer serve` and `xiaoer migrate`: the store brought to this version, and the bot on it."""

import os
import sys

import structlog

from bot.commands.answers import Refused, answering, err, out, print_json
from bot.commands.options import AsJson, ConfigFile, Moment, moment_of
from bot.commands.quiet import quiet_scheduler

log = structlog.get_logger()

DRAIN_SECONDS = 10.0


@answering()
def serve(config: ConfigFile = None, at: Moment = "") -> None:
    """运行小二 · Run the bot until SIGTERM or Ctrl-C; what is in hand is finished first."""
    from aiohttp import web

    from bot.app import make_app
    from bot.clock import Clock
    from bot.config import load_config
    from bot.logs import configure_logs

    settings = load_config(config, os.environ)
    clock = Clock(starts_at=moment_of(at, settings.bot.timezone, "--at")) if at else Clock()
    configure_logs(as_json=not sys.stderr.isatty())
    quiet_scheduler()
    app = make_app(settings, clock=clock)
    if at:
        told = clock.now().astimezone(settings.bot.timezone).isoformat(timespec="seconds")
        err.print(
            f"\n  ⚠ 演练：业务时钟从 {told} 走起，不是现在！\n"
            f"  ⚠ REHEARSAL: business time starts at {told}, which is not now!\n",
            style="bold white on red",
            markup=False,
        )
        log.warning("rehearsal", business_time=told)
    host, port = settings.server.host, settings.server.port

    def ready(_: str) -> None:
        log.info("serving", host=host, port=port, store=settings.database.shown)

    try:
        web.run_app(app, host=host, port=port, access_log=None, print=ready, shutdown_timeout=DRAIN_SECONDS)
    except OSError as error:
        raise Refused(
            f"不能在 {host}:{port} 上监听（{error.strerror}）：端口被占用，或没有权限。请改 [server] port。\n"
            f"Cannot listen on {host}:{port}: change [server] port, or end the program that has it."
        ) from error


@answering()
def migrate(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """把数据库升级到本程序的版本 · Bring the store to this version; safe when several start at once."""
    from bot.app import keyring_of
    from bot.commands.progress import stepping
    from bot.config import load_config
    from storage.engine import open_engine
    from storage.migrate import migrate as upgrade
    from storage.types import keep_keys

    settings = load_config(config, os.environ, need_connection=False)
    engine = open_engine(settings.database.url.reveal(), create=True)
    try:
        keep_keys(engine.dialect, keyring_of(settings))
        with stepping(engine, "正在升级数据库 · migrating"):
            done = upgrade(engine)
    finally:
        engine.dispose()
    if as_json:
        print_json({"from": done.from_, "to": done.to, "changed": done.from_ != done.to})
    elif done.from_ == done.to:
        out.print(f"✓ 数据库已是版本 {done.to}，不用升级 · nothing to do", markup=False)
    else:
        before = f"从版本 {done.from_} " if done.from_ else "新建，"
        out.print(f"✓ 数据库{before}到版本 {done.to}：{settings.database.shown}", markup=False)
        if not done.from_:
            out.print("  下一步 · next：xiaoer org import 文件夹，再 xiaoer serve", style="dim", markup=False)

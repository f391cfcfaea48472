"""Whose accounts a smart bot knows people by: those of the app of its own corp."""

from collections.abc import Mapping, Sequence

from bot.channels import WECOM, WECOM_BOT
from bot.config import Config


def twin_of(bot: str, apps: Sequence[str]) -> str | None:
    """The `[[wecom]]` connection that belongs to the bot: the only one, or the one its name begins with.

    `hengyue-groups` belongs to `hengyue`. None where that does not tell.
    """
    if len(apps) == 1:
        return apps[0]
    fits = [app for app in apps if bot.startswith(f"{app}-")]
    return max(fits, key=len, default=None)


def twins_of(config: Config) -> Mapping[tuple[str, str], tuple[str, str]]:
    """For each smart bot the connection whose accounts its people have."""
    apps = [one.name for one in config.wecom]
    found = {(WECOM_BOT, bot.name): twin_of(bot.name, apps) for bot in config.wecom_bot}
    return {bot: (WECOM, app) for bot, app in found.items() if app is not None}

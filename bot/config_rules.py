"""What must hold between values of the configuration: read from the raw tree, so that all is told at once."""

from collections.abc import Iterator, Mapping
from itertools import chain

from bot.config_source import Loc
from bot.config_values import PLACEHOLDER

Tree = Mapping[str, object]
Finding = tuple[Loc, str]

PLATFORMS = {"wecom": ("wecom", "wecom_bot", "wecom_group"), "dingtalk": ("dingtalk", "dingtalk_group")}
CONNECTIONS = ("wecom", "wecom_bot", "dingtalk")


def cross_problems(tree: Tree, *, need_connection: bool) -> list[Finding]:
    """Every broken rule, as place and words."""
    return [
        *_keys(tree),
        *chain.from_iterable(_names(tree, sections) for sections in PLATFORMS.values()),
        *_same(tree, "wecom", ("corp_id", "agent_id")),
        *_same(tree, "dingtalk", ("client_id",)),
        *_bot_modes(tree),
        *_bot_corps(tree),
        *_event_pairs(tree),
        *_card_addresses(tree),
        *_admins(tree),
        *(_nobody(tree) if need_connection else ()),
    ]


def _rows(tree: Tree, section: str) -> Iterator[tuple[Loc, Tree]]:
    rows = tree.get(section)
    if isinstance(rows, list | tuple):
        for number, row in enumerate(rows):
            if isinstance(row, Mapping):
                yield (section, number), row


def _keys(tree: Tree) -> Iterator[Finding]:
    security = tree.get("security")
    if not isinstance(security, Mapping):
        return
    field_keys = security.get("field_keys")
    if isinstance(field_keys, list | tuple):
        if not field_keys:
            yield ("security", "field_keys"), "至少要有一把 · must hold at least one key"
    else:
        field_keys = ()
    single = [("blind_index_key",), ("tap_key",), ("audit_key",)]
    places: list[tuple[Loc, object]] = [(("field_keys", n), key) for n, key in enumerate(field_keys)]
    places += [(place, security.get(place[0])) for place in single]
    seen: set[object] = set()
    for place, key in places:
        if key in seen:
            yield (
                ("security", *place),
                "与另一把密钥相同，每把都要不同 · equals another key, each must differ",
            )
        # An example word that was left standing is told once, by the check of the value itself.
        if isinstance(key, str) and key and PLACEHOLDER not in key:
            seen.add(key)


def _names(tree: Tree, sections: tuple[str, ...]) -> Iterator[Finding]:
    seen: set[str] = set()
    for section in sections:
        for loc, row in _rows(tree, section):
            name = row.get("name")
            if isinstance(name, str):
                if name.casefold() in seen:
                    yield (
                        (*loc, "name"),
                        "与同平台另一个连接重名 · another connection of this platform has it",
                    )
                seen.add(name.casefold())


def _same(tree: Tree, section: str, keys: tuple[str, ...]) -> Iterator[Finding]:
    seen: set[tuple[str, ...]] = set()
    for loc, row in _rows(tree, section):
        mine = tuple(str(row.get(key)) for key in keys)
        if mine in seen:
            yield (*loc, keys[-1]), "这个应用已经接过一次 · this app is connected already"
        if all(key in row for key in keys):
            seen.add(mine)


def _bot_modes(tree: Tree) -> Iterator[Finding]:
    for loc, row in _rows(tree, "wecom_bot"):
        by_callback, by_socket = {"token", "encoding_aes_key"}, {"bot_id", "secret"}
        given = (by_callback | by_socket) & row.keys()
        if given not in (by_callback, by_socket):
            yield (
                loc,
                (
                    "要么 token 和 encoding_aes_key，要么 bot_id 和 secret"
                    " · needs either token and encoding_aes_key, or bot_id and secret"
                ),
            )


def _bot_corps(tree: Tree) -> Iterator[Finding]:
    """A smart bot knows people by the accounts of one app: the only one, or the one its name begins with."""
    apps = [str(row.get("name")) for _, row in _rows(tree, "wecom")]
    for loc, row in _rows(tree, "wecom_bot"):
        name = str(row.get("name"))
        if len(apps) != 1 and not any(name.startswith(f"{app}-") for app in apps):
            yield (
                (*loc, "name"),
                (
                    "看不出属于哪个企业：需要一个 [[wecom]]；有几个时，名字以其中一个开头，如 hengyue-groups"
                    " · needs its [[wecom]] app; of several, begin the name with that app's name and a hyphen"
                ),
            )


def _event_pairs(tree: Tree) -> Iterator[Finding]:
    for loc, row in _rows(tree, "dingtalk"):
        given = {"event_token", "event_aes_key"} & row.keys()
        if len(given) == 1:
            yield loc, "event_token 和 event_aes_key 要一起填 · event_token and event_aes_key go together"


def _card_addresses(tree: Tree) -> Iterator[Finding]:
    """Over HTTP a card's buttons call an address, which must be known."""
    server = tree.get("server")
    if isinstance(server, Mapping) and server.get("public_url"):
        return
    for loc, row in _rows(tree, "dingtalk"):
        if row.get("mode") == "http" and row.get("card_template_id"):
            yield (
                (*loc, "mode"),
                "http 方式的卡片按钮需要 [server] public_url · cards need [server] public_url",
            )


def _admins(tree: Tree) -> Iterator[Finding]:
    bot = tree.get("bot")
    admins = bot.get("admins") if isinstance(bot, Mapping) else None
    known = {
        f"{'dingtalk' if section == 'dingtalk' else 'wecom'}:{row.get('name')}"
        for section in CONNECTIONS
        for _, row in _rows(tree, section)
    }
    for number, line in enumerate(admins if isinstance(admins, list | tuple) else ()):
        if isinstance(line, str) and line.count(":") >= 2 and line.rpartition(":")[0] not in known:
            yield ("bot", "admins", number), "没有这个连接 · names a connection that is not there"


def _nobody(tree: Tree) -> Iterator[Finding]:
    if not any(tree.get(section) for section in CONNECTIONS):
        yield (
            ("wecom",),
            "至少接一个企业：[[wecom]] 或 [[dingtalk]] · connect one corp: [[wecom]] or [[dingtalk]]",
        )

"""The account columns of the people table, and that no account belongs to two people."""

from handlers.org.cells import BadCell, account, fold_userid
from handlers.org.findings import Findings, Line
from handlers.org.values import PLATFORMS, AccountPlan, Connections

WORDS = {"wecom": "企业微信", "dingtalk": "钉钉"}


class Accounts:
    """Reads `userid` and `connection:userid`, several between semicolons; remembers whose each is."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._taken: dict[tuple[str, str, str], int] = {}
        self._unconnected: dict[str, int] = {}

    def read(self, line: Line) -> tuple[AccountPlan, ...]:
        """The accounts of one row; those of a platform without any connection are only counted."""
        found = []
        for platform in PLATFORMS:
            for said in line.several(f"{platform}_userid"):
                try:
                    connection, userid = account(said)
                except BadCell as bad:
                    line.wrong(f"{platform}_userid", str(bad))
                    continue
                if one := self._account(line, platform, connection, userid):
                    found.append(one)
        return tuple(found)

    def tell(self, findings: Findings) -> None:
        """Say which accounts had no connection to belong to."""
        for platform, count in self._unconnected.items():
            findings.notices.append(
                f"没有配置{WORDS[platform]}连接，{count} 个{WORDS[platform]}账号没有登记；"
                f"配置 [[{platform}]] 后再导入一次即可"
            )

    def _account(self, line: Line, platform: str, connection: str, userid: str) -> AccountPlan | None:
        configured = self._connections.of(platform)
        column = f"{platform}_userid"
        if not configured:
            self._unconnected[platform] = self._unconnected.get(platform, 0) + 1
            return None
        if connection and connection not in configured:
            line.wrong(
                column, f"没有名为 {connection} 的{WORDS[platform]}连接，已配置的是 {'、'.join(configured)}"
            )
            return None
        folded = fold_userid(platform, userid)
        one = AccountPlan(platform, connection or configured[0], userid, folded)
        taken_by = self._taken.setdefault(one.key, line.number)
        if taken_by != line.number:
            line.wrong(column, f"账号 {userid} 在第 {taken_by} 行已经有了；一个账号只能属于一个人")
        return one

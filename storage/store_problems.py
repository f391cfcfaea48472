"""Why a store cannot be used, in words an operator can act on."""

from storage.faults import BadStore


class StoreProblem(BadStore):
    """A store of a version, or in a state, that this program does not use."""


class StoreMissing(StoreProblem):
    """There is no store, or an empty one."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"数据库还没有建立：{where}。请运行 xiaoer migrate。"
            f"\nThere is no store at {where}: run `xiaoer migrate`."
        )


class StoreOlder(StoreProblem):
    """The store is of an older version than the program."""

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(
            f"数据库版本是 {found}，程序需要 {needed}。请先备份，再运行 xiaoer migrate。"
            f"\nThe store is at version {found}, this program needs {needed}: run `xiaoer migrate`."
        )


class StoreNewer(StoreProblem):
    """The store is of a newer version than the program, which must not touch it."""

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(
            f"数据库版本是 {found}，比程序的 {needed} 新。请升级程序；旧程序不会改动这个库。"
            f"\nThe store is at version {found}, newer than this program ({needed}): upgrade the program."
        )


class StoreDamaged(StoreProblem):
    """The store is not readable as one of ours: a damaged file, or tables without a version."""

    def __init__(self, where: str, detail: str = "") -> None:
        more = f"（{detail}）" if detail else ""
        super().__init__(
            f"这不是一个完好的小二数据库：{where}{more}。请从备份恢复（xiaoer restore），不要删除原文件。"
            f"\n{where} is damaged or not a store of 小二: restore a backup, keep the file."
        )


class StoreUnreachable(StoreProblem):
    """The database does not answer, or may not be opened or written."""

    def __init__(self, where: str, detail: str) -> None:
        super().__init__(
            f"连不上数据库：{where}（{detail}）。请检查地址、权限、磁盘空间与服务是否在运行。"
            f"\nCannot open {where} ({detail}): check address, permissions, space, and that the server runs."
        )

"""The shared store: connections that notice a dead server soon, and never a server that forgets."""

from collections.abc import Callable
from typing import Any

from psycopg import Connection as Driver
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from storage.faults import BadStore

# libpq's own words: seconds, except tcp_user_timeout (milliseconds). The address may say otherwise.
_ALERT = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
    "application_name": "xiaoer",
}


def open_server(url: URL, *, durable: bool, checked: bool, prepared: bool) -> Engine:
    """The engine of one PostgreSQL database. Raises `BadStore`."""
    arguments: dict[str, Any] = {key: value for key, value in _ALERT.items() if key not in url.query}
    if not prepared:
        arguments["prepare_threshold"] = None
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        connect_args=arguments,
        pool_size=6,
        max_overflow=6,
        pool_timeout=1.0,
        pool_pre_ping=True,
    )
    event.listen(engine, "begin", _begin)
    if durable:
        event.listen(engine, "connect", _refuse_forgetful(url))
    if checked:
        _call(engine, url)
    return engine


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    driver: Any = connection.connection.driver_connection
    reading = bool(options.get("ro"))
    # psycopg says READ ONLY together with its BEGIN, so this costs no journey of its own.
    if bool(driver.read_only) != reading:
        driver.read_only = reading
    if "lock_ms" in options:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(options['lock_ms'])}")


def _refuse_forgetful(url: URL) -> Callable[[Driver[Any], Any], None]:
    """Asked of every new connection, because a fail-over may lead to another server."""

    def refuse(driver: Driver[Any], record: Any) -> None:
        row = driver.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
        ).fetchone()
        driver.rollback()
        fsync, commit = row or ("", "")
        if "off" in (fsync, commit):
            where = url.render_as_string(hide_password=True)
            raise BadStore(
                f"数据库不保证已提交的数据(fsync={fsync},synchronous_commit={commit}):{where}。"
                "请都设为 on。\n"
                f"The server may lose what it has committed (fsync={fsync}, synchronous_commit={commit}): "
                f"{where}. Set both to on."
            )

    return refuse


def _call(engine: Engine, url: URL) -> None:
    try:
        with engine.connect():
            pass
    except BadStore:
        engine.dispose()
        raise
    except DBAPIError as error:
        engine.dispose()
        where = url.render_as_string(hide_password=True)
        reason = (str(error.orig).splitlines() or [""])[0]
        raise BadStore(f"连不上数据库:{where}({reason})。\nThe database does not answer: {where}.") from error

"""From an account of a platform to the person it belongs to."""

from collections.abc import Callable, Mapping

from bot.drawing import Address
from bot.event import Event
from storage.directory import Organisation, PersonFact


class Accounts:
    """How each platform compares user ids, given by the app.

    `twins`: connections that know people by the accounts of another one, as a smart bot does.
    """

    def __init__(
        self,
        fold: Mapping[str, Callable[[str], str]],
        twins: Mapping[tuple[str, str], tuple[str, str]] | None = None,
    ) -> None:
        self._fold, self._twins = fold, twins or {}

    def person(self, org: Organisation, event: Event) -> PersonFact | None:
        """Who the sender is; None for an account nobody has linked, or whose person has left."""
        platform, connection = self._twins.get(_here(event), _here(event))
        account = org.accounts.get((platform, connection, self._fold.get(platform, str)(event.sender)))
        return org.people.get(account.person_id) if account else None

    def same(self, event: Event, address: Address) -> bool:
        """Whether that address is the account the event came from."""
        fold = self._fold.get(self._twins.get(_here(event), _here(event))[0], str)
        here = (address.platform, address.connection)
        return here == _here(event) and fold(address.userid) == fold(event.sender)


def _here(event: Event) -> tuple[str, str]:
    return (event.platform, event.connection)

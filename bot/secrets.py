"""A value that must not be read by accident: whatever prints it, prints stars."""

import hashlib
import hmac
from typing import Generic, NoReturn, TypeVar, final

S = TypeVar("S", str, bytes)

REDACTED = "***"


@final
class Secret(Generic[S]):
    """Holds a secret; only `reveal()` gives it away. Equality takes the same time for any difference."""

    __slots__ = ("_value",)
    _value: S

    def __init__(self, value: S) -> None:
        object.__setattr__(self, "_value", value)

    def reveal(self) -> S:
        """The secret itself, for the one call that needs it. Never keep, print or format the answer."""
        return self._value

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __repr__(self) -> str:
        return REDACTED

    def __str__(self) -> str:
        return REDACTED

    def __format__(self, spec: str) -> str:
        return REDACTED

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(_bytes(self), _bytes(other))

    def __hash__(self) -> int:
        # A digest, so that a printed hash tells nothing about the value.
        return hash(hashlib.sha256(_bytes(self)).digest())

    def __copy__(self) -> "Secret[S]":
        return self

    def __deepcopy__(self, memo: object) -> "Secret[S]":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled: it would lie in the clear")


def _bytes(secret: "Secret[str] | Secret[bytes]") -> bytes:
    value = secret.reveal()
    return value.encode() if isinstance(value, str) else value

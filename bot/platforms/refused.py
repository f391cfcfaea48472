"""The ways to turn away what came through a door."""


class BadCallback(Exception):
    """A callback we refuse. `status` is 400 (malformed) or 403 (not for us); the words never quote it."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


class ComeAgain(Exception):
    """Not committed: it is left unacknowledged, so that the platform brings it again."""

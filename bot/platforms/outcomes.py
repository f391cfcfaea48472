"""What became of a call to a platform, whichever platform it was. Reasons are for an operator, in Chinese."""


class Outcome(Exception):
    """Why a call did not simply succeed."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after  # Seconds until another try makes sense.


class Retry(Outcome):
    """It had no effect; try again after `after` seconds."""


class Unknown(Outcome):
    """It may have had its effect. Try again only in a way that cannot show it twice."""


class Dead(Outcome):
    """It will never work for this message or this person."""


class Expired(Dead):
    """The right to update this card is used up or over: send a fresh card."""


class Exists(Outcome):
    """The platform has it already, so an earlier try worked."""


class Configuration(Outcome):
    """Nothing works until somebody changes a setting; `after` seconds until looking again is fair."""

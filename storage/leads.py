"""Leads: what is remembered of somebody who may buy."""

from typing import Any, ClassVar

from storage.codes import next_code
from storage.collection import NumberedCollection
from storage.schema import Lead


class Leads(NumberedCollection[Lead]):
    """The leads an actor may see, and how a new one begins."""

    model: ClassVar[type[Lead]] = Lead

    def open(self, *, unit_id: int, owner_id: int, **facts: Any) -> Lead:
        """Store a new lead with the next code. Facts are the columns of `Lead`."""
        code = next_code(self.session.connection(), "lead")
        lead = Lead(code=code, unit_id=unit_id, owner_id=owner_id, created_at=self.now, **facts)
        self.session.add(lead)
        self.session.flush()
        return lead

"""Follow-ups: what was said and agreed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import select

from storage.collection import Collection
from storage.schema import Customer, Followup, Lead


class Followups(Collection[Followup]):
    """The follow-ups an actor may see, and how one is added."""

    model: ClassVar[type[Followup]] = Followup

    def add(self, about: Lead | Customer, author_id: int, content: str, **facts: Any) -> Followup:
        """Record a follow-up on a lead or customer; unit and owner follow the record's."""
        entry = Followup(
            about_noun=about.noun,
            about_id=about.id,
            author_id=author_id,
            content=content,
            unit_id=about.unit_id,
            owner_id=about.owner_id,
            created_at=self.now,
            **facts,
        )
        self.session.add(entry)
        about.last_followup_at = self.now
        self.session.flush()
        return entry

    def latest(self, about: Lead | Customer, limit: int = 3) -> Sequence[Followup]:
        """The newest follow-ups of a record."""
        return self.where(Followup.about_noun == about.noun, Followup.about_id == about.id, limit=limit)

    def said_before(self, about: Lead | Customer, content: str, since: datetime) -> bool:
        """Whether these very words were recorded already: a pasted follow-up counts for nothing."""
        asked = select(Followup.id).where(
            Followup.about_noun == about.noun,
            Followup.about_id == about.id,
            Followup.created_at >= since,
            Followup.content == content,
        )
        return self.session.scalar(asked.limit(1)) is not None

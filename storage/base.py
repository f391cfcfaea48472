"""The ground every table stands on, and what it means to be owned."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from storage.types import Instant

# SQLite counts rows only in an INTEGER key.
BigId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can speak of it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Owned:
    """A row of business that belongs to a unit and, mostly, to a person: only scope opens it.

    `noun` is its name everywhere. `subject_noun` and `subject_id` name the record whose collaborators may see
    the row: itself, or for a follow-up or a contact the record it hangs on.
    """

    noun: ClassVar[str] = ""
    # Columns that concern the machinery, not the business: no audit entry for a change of these alone.
    quiet: ClassVar[frozenset[str]] = frozenset({"version"})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(Instant)

    @declared_attr
    def unit_id(cls) -> Mapped[int]:
        return mapped_column(BigId, ForeignKey("units.id"), index=True)

    @declared_attr
    def owner_id(cls) -> Mapped[int | None]:
        return mapped_column(BigId, ForeignKey("people.id"), index=True)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    @classmethod
    def subject(cls, row: Any) -> tuple[Any, Any]:
        """Noun and id (as SQL or values) of the record whose collaborators see this row."""
        return cls.noun, row.id


class Numbered(Owned):
    """An owned row that people call by a code (`L-20931`)."""

    code: Mapped[str] = mapped_column(String(24), unique=True)

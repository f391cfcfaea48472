"""The organisation: units, the closure over them, people, accounts, roles, and the policies in force."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, BigId
from storage.types import Instant, Sealed


class Unit(Base):
    """A node of the tree. `kind`: group, business_group, company, department."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16))
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("units.id"), index=True)
    platform: Mapped[str] = mapped_column(String(16), default="")
    isolated: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)


class Closure(Base):
    """Every (ancestor, unit) pair, each unit with itself. `clear`: no isolated unit lies on the way down.

    The way runs from below the ancestor to the unit, both ends considered: an isolated unit is clear to
    itself and to what lies inside it, to nobody above.
    """

    __tablename__ = "unit_closure"
    __table_args__ = (Index("ix_unit_closure_unit", "unit_id", "ancestor_id", "clear"),)

    ancestor_id: Mapped[int] = mapped_column(BigId, ForeignKey("units.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("units.id"), primary_key=True)
    depth: Mapped[int]
    clear: Mapped[bool]


class Person(Base):
    """A colleague. `unit_id` is None for somebody whose unit is not known yet."""

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_name", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("units.id"), index=True)
    title: Mapped[str] = mapped_column(String(64), default="")
    manager_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people.id"), index=True)
    mobile: Mapped[str | None] = mapped_column(Sealed("people.mobile"))
    language: Mapped[str] = mapped_column(String(8), default="zh")
    leave_from: Mapped[datetime | None] = mapped_column(Instant)
    leave_until: Mapped[datetime | None] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)


class Account(Base):
    """A platform account of a person. `folded` is the user id as its platform compares it."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("platform", "connection", "folded"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(String(16))
    connection: Mapped[str] = mapped_column(String(40))
    userid: Mapped[str] = mapped_column(String(64))
    folded: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), index=True)


class Membership(Base):
    """A further unit somebody works in."""

    __tablename__ = "memberships"

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("units.id"), primary_key=True)


class Role(Base):
    """A role held at a unit (`sales@ZJ-HD`), perhaps until a moment. `source`: import or grant."""

    __tablename__ = "roles"
    __table_args__ = (UniqueConstraint("person_id", "role", "unit_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("units.id"), index=True)
    until: Mapped[datetime | None] = mapped_column(Instant)
    source: Mapped[str] = mapped_column(String(16), default="import")


class Policy(Base):
    """A version of the policy document of a unit (None: the whole group). The newest is in force."""

    __tablename__ = "policies"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("units.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    document: Mapped[str] = mapped_column(Text)
    applied_at: Mapped[datetime] = mapped_column(Instant)

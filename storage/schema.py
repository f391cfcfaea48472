"""What the business remembers: customers, contacts, leads, follow-ups, tasks."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, BigId, Numbered, Owned
from storage.types import Instant, Sealed


class Customer(Numbered, Base):
    """A company we do, or did, or may do business with."""

    __tablename__ = "customers"
    noun: ClassVar[str] = "customer"

    name: Mapped[str] = mapped_column(String(100))
    short: Mapped[str] = mapped_column(String(100), default="")
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    registration: Mapped[str] = mapped_column(String(18), default="")
    level: Mapped[str] = mapped_column(String(16), default="普通")
    city: Mapped[str] = mapped_column(String(40), default="")
    region: Mapped[str] = mapped_column(String(40), default="")
    industry: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[str] = mapped_column(String(16), default="")
    pool: Mapped[str] = mapped_column(String(40), default="")
    last_followup_at: Mapped[datetime | None] = mapped_column(Instant)


class Contact(Owned, Base):
    """A person at a customer. Unit and owner follow the customer's."""

    __tablename__ = "contacts"
    noun: ClassVar[str] = "contact"

    customer_id: Mapped[int] = mapped_column(BigId, ForeignKey("customers.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(64), default="")
    phone: Mapped[str | None] = mapped_column(Sealed("contacts.phone"))
    phone_key: Mapped[str | None] = mapped_column(String(32), index=True)
    status: Mapped[str] = mapped_column(String(16), default="在任")

    @classmethod
    def subject(cls, row: Any) -> tuple[Any, Any]:
        return Customer.noun, row.customer_id


class Lead(Numbered, Base):
    """Somebody who may buy. `approx` names the fields that were said with 左右, 大概."""

    __tablename__ = "leads"
    noun: ClassVar[str] = "lead"

    company: Mapped[str] = mapped_column(String(100))
    contact: Mapped[str] = mapped_column(String(64), default="")
    phone: Mapped[str | None] = mapped_column(Sealed("leads.phone"))
    phone_key: Mapped[str | None] = mapped_column(String(32), index=True)
    registration: Mapped[str] = mapped_column(String(18), default="")
    product: Mapped[str] = mapped_column(String(100), default="")
    product_line: Mapped[str] = mapped_column(String(60), default="")
    qty: Mapped[int | None]
    spec: Mapped[str] = mapped_column(String(100), default="")
    budget_min: Mapped[int | None] = mapped_column(BigInteger)  # 分
    budget_max: Mapped[int | None] = mapped_column(BigInteger)  # 分
    unit_price: Mapped[int | None] = mapped_column(BigInteger)  # 分
    price_period: Mapped[str] = mapped_column(String(8), default="")
    term: Mapped[str] = mapped_column(String(16), default="")
    industry: Mapped[str] = mapped_column(String(40), default="")
    region: Mapped[str] = mapped_column(String(40), default="")
    province: Mapped[str] = mapped_column(String(40), default="")
    source: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    approx: Mapped[list[str]] = mapped_column(JSON, default=list)
    status: Mapped[str] = mapped_column(String(16), default="跟进中", index=True)
    pool: Mapped[str] = mapped_column(String(40), default="")
    suspect: Mapped[bool] = mapped_column(default=False)
    last_followup_at: Mapped[datetime | None] = mapped_column(Instant)


class Followup(Owned, Base):
    """What was said and agreed. Unit and owner follow the record it hangs on; the author is who wrote it."""

    __tablename__ = "followups"
    __table_args__ = (Index("ix_followups_about", "about_noun", "about_id", "created_at"),)
    noun: ClassVar[str] = "followup"

    about_noun: Mapped[str] = mapped_column(String(16))
    about_id: Mapped[int] = mapped_column(BigId)
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"))
    contact: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[str] = mapped_column(Text)
    competitor: Mapped[str] = mapped_column(String(60), default="")
    next_action: Mapped[str] = mapped_column(String(200), default="")
    next_at: Mapped[datetime | None] = mapped_column(Instant)
    effective: Mapped[bool] = mapped_column(default=True)

    @classmethod
    def subject(cls, row: Any) -> tuple[Any, Any]:
        return row.about_noun, row.about_id


class Task(Numbered, Base):
    """Something to do. `due_at` is the last moment; `due_day` when only a day was said."""

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_due", "done_at", "due_at"),)
    noun: ClassVar[str] = "task"

    content: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(Instant)
    due_day: Mapped[date | None] = mapped_column(Date)
    set_by_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"))
    customer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("customers.id"))
    company: Mapped[str] = mapped_column(String(100), default="")
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    # Rises with every new due date: an alert names the occurrence it tells about.
    due_version: Mapped[int] = mapped_column(default=1)
    alerted_version: Mapped[int] = mapped_column(default=0)


class Collaborator(Base):
    """A colleague who works on a record beside its owner (项目成员)."""

    __tablename__ = "collaborators"
    __table_args__ = (Index("ix_collaborators_person", "person_id", "noun", "record_id"),)

    noun: Mapped[str] = mapped_column(String(16), primary_key=True)
    record_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), primary_key=True)


OWNED: tuple[type[Owned], ...] = (Customer, Contact, Lead, Followup, Task)

for _one in OWNED:
    # One's own newest rows, without sorting all that one owns.
    Index(f"ix_{_one.noun}s_own", _one.owner_id, _one.created_at, _one.id)

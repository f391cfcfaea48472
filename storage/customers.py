"""Customers and the people at them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import func, select

from storage.collection import Collection, NumberedCollection
from storage.schema import Contact, Customer


class Customers(NumberedCollection[Customer]):
    """The customers an actor may see."""

    model: ClassVar[type[Customer]] = Customer

    def contacts(self, customer: Customer) -> Sequence[Contact]:
        """The people at this customer, those still there first."""
        asked = select(Contact).where(Contact.customer_id == customer.id)
        return self.session.scalars(asked.order_by(Contact.status != "在任", Contact.id)).all()

    def called(self, said: str, limit: int = 10) -> Sequence[Customer]:
        """The customers whose name or short name holds these words, those seen by name only included."""
        holds = Customer.name.contains(said, autoescape=True) | Customer.short.contains(said, autoescape=True)
        return self.where(holds, limit=limit, names=True)

    def counted(self, *where: Any, names: bool) -> int:
        """How many fulfil the conditions. `names`: those seen by name only included."""
        asked = select(func.count(Customer.id)).where(*where).execution_options(names=names)
        return self.session.scalar(asked) or 0

    def with_contact(self, name: str, limit: int = 10) -> Sequence[Customer]:
        """The customers where somebody of that name works."""
        held = select(Contact.customer_id).where(Contact.name == name)
        return self.where(Customer.id.in_(held), limit=limit)

    def with_phone(self, phone_key: str, limit: int = 10) -> Sequence[Customer]:
        """The customers whose contact has the phone behind this blind key."""
        held = select(Contact.customer_id).where(Contact.phone_key == phone_key)
        return self.where(Customer.id.in_(held), limit=limit)


class Contacts(Collection[Contact]):
    """The people at customers an actor may see."""

    model: ClassVar[type[Contact]] = Contact

    def add(self, customer: Customer, **facts: Any) -> Contact:
        """Remember somebody at this customer; unit and owner follow the customer's."""
        contact = Contact(
            customer_id=customer.id,
            unit_id=customer.unit_id,
            owner_id=customer.owner_id,
            created_at=self.now,
            **facts,
        )
        self.session.add(contact)
        return contact

"""The duplicate check: which keys a record answers to, and who else answers to them."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, JSON, String, Text, any_, bindparam, cast, func, literal, null, select

from handlers.companies.blocks import blocks, probes
from handlers.companies.compare import Same, compare
from handlers.companies.heard import heard_at, keys_heard
from handlers.companies.keys import keys
from handlers.companies.names import Name, parts
from handlers.companies.places import agree, is_place
from handlers.companies.rank import WITHIN
from handlers.companies.trade_table import trades
from handlers.policies.customs import Compared
from storage.directory import Organisation
from storage.keyring import Keyring
from storage.ledger import match_keys
from storage.matching import Hit, MatchKey, find_hits, index_keys, lock_keys
from storage.schema import Contact, Customer, Lead
from storage.scope import ScopedSession

LONGEST = 80
HEAD = 4
NEAREST = 5
GRAMS = 600
SPOTS = 80
EVERYTHING = frozenset(Compared)
NAMED = "full:"  # the key of a normalised name


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a company: its names and numbers. Phones in the catalogue's form."""

    names: tuple[str, ...]
    phones: tuple[str, ...] = ()
    registration: str = ""

    def compared_by(self, compared: frozenset[Compared]) -> "Identity":
        """The same with the numbers that a policy compares; names stay, for a near look."""
        phones = tuple(phone for phone in self.phones if _kind_of(phone) in compared)
        registration = self.registration if Compared.REGISTRATION in compared else ""
        return Identity(self.names, phones, registration)


def _kind_of(phone: str) -> Compared:
    """Of a phone in the catalogue's form; service numbers (400-…) count with those that stand on a desk."""
    return Compared.LANDLINE if phone[:1] in ("0", "4", "8") else Compared.MOBILE


@dataclass(frozen=True, slots=True)
class Spotted:
    """A record whose name stands in a sentence at `[start, end)`.

    `how`: name, short, alias, core; pinyin, initials, sound are guesses, to be shown back.
    """

    start: int
    end: int
    name: str
    how: str
    noun: str
    record_id: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another record of the same or nearly the same company. `why` is empty for a certain one."""

    noun: str
    record_id: int
    unit_id: int
    certain: bool
    why: str = ""
    score: float = 1.0


def phone_key(secret: Keyring, phone: str | None) -> str | None:
    """The blind key of a phone."""
    return secret.blind("phone", phone) if phone else None


def match_keys_of(identity: Identity, secret: Keyring) -> tuple[MatchKey, ...]:
    """Every key under which a record with this identity is found."""
    return _match_keys(identity, secret)


# Holding, looking and indexing ask for the same keys within one event.
@lru_cache(maxsize=64)
def _match_keys(identity: Identity, secret: Keyring) -> tuple[MatchKey, ...]:
    found = [MatchKey(f"p:{secret.blind('phone', phone)}", certain=True) for phone in identity.phones]
    if identity.registration:
        found.append(MatchKey(f"r:{identity.registration}", certain=True))
    for name in identity.names:
        found += [_key(f"{key.kind}:{key.text}", certain=key.certain) for key in keys(name)]
        found += [_key(f"b:{block}", certain=False) for block in blocks(name)]
        found += [_key(f"h:{head}", certain=False) for head in _heads(name)]
    return tuple({key.text: key for key in found}.values())


def _key(text: str, *, certain: bool) -> MatchKey:
    return MatchKey(text[:LONGEST], certain)


def _heads(name: str) -> Iterable[str]:
    """The beginnings by which a name is spotted inside a sentence."""
    return {said[:HEAD] for said, _ in _said_as(name)}


# A stored name comes up with every sentence that holds its beginning.
@lru_cache(maxsize=4096)
def _said_as(name: str) -> Sequence[tuple[str, str]]:
    """How people say a name in a sentence, and what that is: the whole, without its place, the bare brand.

    Longest first.
    """
    it = parts(name)
    ways = {it.full: "name", it.stem: "core", it.core + it.trade: "core", it.core: "core"}
    said = ((said, how) for said, how in ways.items() if len(said) >= 2)
    return tuple(sorted(said, key=lambda one: -len(one[0])))


def identity_of(session: ScopedSession, row: Customer | Lead) -> Identity:
    """The identity of a stored record."""
    if isinstance(row, Lead):
        return Identity((row.company,), (row.phone,) if row.phone else (), row.registration)
    phones = tuple(
        contact.phone
        for contact in session.query(Contact).filter(Contact.customer_id == row.id)
        if contact.phone and contact.status == "在任"
    )
    names = tuple(dict.fromkeys(name for name in (row.name, row.short, *row.aliases) if name))
    return Identity(names, phones, row.registration)


def index_record(
    session: ScopedSession, org: Organisation, secret: Keyring, row: Customer | Lead, *, fresh: bool = False
) -> None:
    """Let a record be found under what it is called now. `fresh`: it was not there before."""
    session.flush()
    found = match_keys_of(identity_of(session, row), secret)
    index_keys(session.connection(), row, found, org.zone(row.unit_id), fresh=fresh)


def hold(session: ScopedSession, secret: Keyring, identity: Identity) -> None:
    """Lock the certain keys before looking, so that of two writers one is first."""
    certain = [key.text for key in match_keys_of(identity, secret) if key.certain]
    lock_keys(session.connection(), certain)


def find_duplicates(
    session: ScopedSession,
    secret: Keyring,
    identity: Identity,
    zone_id: int,
    *,
    but: tuple[str, int] | None = None,
    compared: frozenset[Compared] = EVERYTHING,
) -> list[Duplicate]:
    """Who else is on this company, certain ones first, looking at the whole zone, whoever asks.

    `compared`: what settles it by the asker's policy. The one declared exception to scope: callers tell a
    stranger whom to talk to and nothing else.
    """
    # Certain keys and probes only: initials and bare brands would pull in every namesake.
    known = match_keys_of(identity.compared_by(compared), secret)
    by_name = Compared.NAME in compared
    asked = [key.text for key in known if key.certain and (by_name or not key.text.startswith(NAMED))]
    asked += [f"b:{probe}"[:LONGEST] for name in identity.names for probe in probes(name)]
    hits = [
        hit
        for hit in find_hits(session.connection(), asked, zone_id=zone_id)
        if (hit.noun, hit.record_id) != but
    ]
    certain = [Duplicate(hit.noun, hit.record_id, hit.unit_id, True) for hit in hits if hit.certain]
    near = _near(session, identity, [hit for hit in hits if not hit.certain])
    best = 1.0 if certain else max((one.score for one in near), default=0.0)
    return certain + [one for one in near if one.score >= best - WITHIN]


def _near(session: ScopedSession, identity: Identity, hits: Sequence[Hit]) -> list[Duplicate]:
    said = [parts(name) for name in identity.names]
    known = _known_names(session, hits) if said else {}
    found = []
    for hit in hits:
        name, *aliases = known.get((hit.noun, hit.record_id), (None,))
        if name is None:
            continue
        best = max((compare(one, name, aliases) for one in said), key=lambda verdict: verdict.score)
        if best.answer is not Same.DIFFERENT:
            found.append(Duplicate(hit.noun, hit.record_id, hit.unit_id, False, best.reason, best.score))
    return sorted(found, key=lambda one: -one.score)[:NEAREST]


def _known_names(session: ScopedSession, hits: Sequence[Hit]) -> dict[tuple[str, int], list[Name]]:
    """The names of the records that were hit, read past the scope: they are compared, never shown."""
    conn = session.connection()
    found: dict[tuple[str, int], list[Name]] = {}
    for noun, asked in _CALLED.items():
        ids = [hit.record_id for hit in hits if hit.noun == noun]
        for row in conn.execute(asked, {"ids": ids}) if ids else ():
            record_id, first, *others = row
            names = [first, *(other for other in others if isinstance(other, str) and other)]
            names += [alias for other in others if isinstance(other, list) for alias in other]
            found[(noun, record_id)] = [parts(name) for name in dict.fromkeys(names)]
    return found


def _called(model: type[Customer] | type[Lead], *names: str) -> Any:
    table = model.__table__
    asked = select(table.c.id, *(table.c[name] for name in names))
    return asked.where(table.c.id.in_(bindparam("ids", expanding=True)))


_CALLED = {Customer.noun: _called(Customer, "name", "short", "aliases"), Lead.noun: _called(Lead, "company")}


def spot(session: ScopedSession, text: str) -> list[Spotted]:
    """Records within the session's sight whose name, short name or alias stands in the folded text.

    One statement a noun whatever the text holds: the beginnings of two to four characters at every place.
    """
    spoken = _NUMBER.sub(" ", text)
    grams = (spoken[start : start + size] for start in range(len(spoken) - 1) for size in (2, 3, 4))
    heads = [f"h:{gram}" for gram in dict.fromkeys(grams) if " " not in gram][:GRAMS] + keys_heard(spoken)
    postgres = session.connection().dialect.name == "postgresql"
    given = {"heads": heads if postgres else json.dumps(heads)}
    rows = [row for asked in _STANDING[postgres] for row in session.execute(asked, given)]
    found = [one for row in rows for one in _standing(text, row)]
    # What is written counts before what only sounds so, wherever it stands.
    return found or [one for row in rows for one in _sounding(text, row)]


# No company is called by a phone number.
_NUMBER = re.compile(r"\d{7,}")


def _by_heads(heads: Any, model: type[Customer] | type[Lead], *names: Any) -> Any:
    """Built once: building costs more than asking. A union of both would be asked past the scope."""
    known = select(match_keys.c.record_id).where(match_keys.c.noun == model.noun, heads)
    named = select(literal(model.noun).label("noun"), model.id, *names)
    return named.where(model.id.in_(known)).limit(SPOTS)


def _standing_by(heads: Any) -> tuple[Any, Any]:
    short, aliases = literal("").label("short"), cast(null(), JSON).label("aliases")
    return (
        _by_heads(heads, Customer, Customer.name, Customer.short, Customer.aliases),
        _by_heads(heads, Lead, Lead.company.label("name"), short, aliases),
    )


# The beginnings go as one parameter each way: a statement that grows with the sentence is compiled anew.
_STANDING = {
    False: _standing_by(
        match_keys.c.key.in_(
            select(func.json_each(bindparam("heads", type_=String)).table_valued("value").c.value)
        )
    ),
    True: _standing_by(match_keys.c.key == any_(bindparam("heads", type_=ARRAY(Text)))),
}


def _standing(text: str, row: Any) -> list[Spotted]:
    names = {row.name: "name", row.short: "short"} | dict.fromkeys(row.aliases or (), "alias")
    for name, kind in ((name, kind) for name, kind in names.items() if name):
        for said, how in _said_as(name):
            start = text.find(said)
            if start < 0 or (how == "core" and _elsewhere(text[:start], row.name)):
                continue
            whole = kind == "name" and how == "name"
            if whole or not _goes_on(text[start + len(said) :]):
                known = kind if how == "name" else how
                return [Spotted(start, start + len(said), row.name, known, row.noun, row.id)]
    return []


def _sounding(text: str, row: Any) -> list[Spotted]:
    """The record, when one of its names sounds in the text and no longer name goes on from there."""
    for name in dict.fromkeys(name for name in (row.name, row.short, *(row.aliases or ())) if name):
        if (heard := heard_at(text, parts(name))) and not _goes_on(text[heard[1] :]):
            return [Spotted(*heard[:2], row.name, heard[2], row.noun, row.id)]
    return []


def _goes_on(rest: str) -> bool:
    """Whether a line of business or a number follows: 恒通 in 恒通路桥 is not 恒通机电, 4号线 not 3号线."""
    return rest[:1].isdigit() or any(rest.startswith(word) for word in trades())


def _elsewhere(before: str, name: str) -> bool:
    """Whether another place stands before a brand: 徐州恒通 is not 衡阳恒通机电."""
    said = next((before[-size:] for size in (4, 3, 2) if is_place(before[-size:])), "")
    return bool(said) and not agree((said,), parts(name).places)

"""What the machinery remembers: what came, what must be said, what changed, what was begun.

Plain Core tables on purpose: they are written in bulk, once a batch, and nobody's scope narrows them;
collections of business rows never touch them.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from storage.base import Base, BigId
from storage.types import Instant, Sealed, SealedJson

meta = Base.metadata
# What a sealed value is bound to: it opens in no other row, and for nobody else.
TOLD = ("key", "person_id", "userid")
HANGS = ("task_id", "person_id")
TALKS = ("person_id", "chat")

inbox = Table(
    "inbox",
    meta,
    Column("key", String(160), primary_key=True),  # the idempotency key of the event
    Column("platform", String(16), nullable=False),
    Column("connection", String(40), nullable=False),
    Column("person_id", BigId),
    Column("kind", String(16), nullable=False),
    Column("body", SealedJson("inbox.body", of=("key",))),
    Column("at", Instant, nullable=False),  # business time
    Column("received_at", Instant, nullable=False, index=True),  # real time
    Column("trace", SealedJson("inbox.trace", of=("key",))),  # how it was understood, for whoever asks why
)

attempts = Table(
    "attempts",
    meta,
    Column("key", String(160), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("parked", String(200)),  # why it was set aside; None while it may still run
    Column("at", Instant, nullable=False),
)

outbox = Table(
    "outbox",
    meta,
    Column("id", BigId, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),  # names the occurrence it tells about
    Column("cause", String(160), nullable=False, index=True),  # the inbox key it follows from
    Column("kind", String(8), nullable=False),  # reply, push, update
    Column("person_id", BigId, ForeignKey("people.id")),  # None: an account nobody has linked
    Column("platform", String(16)),
    Column("connection", String(40)),
    Column("userid", String(64)),
    Column("chat", String(80)),  # the group that is answered; None in private
    Column("reply_to", Sealed("outbox.reply_to", of=TOLD)),  # an address the platform gave for this answer
    Column("draw", String(60), nullable=False),  # the card, by name
    Column("args", SealedJson("outbox.args", of=TOLD), nullable=False),  # ids and words, no finished card
    Column("noun", String(16)),
    Column("record_id", BigId),
    Column("copy_id", BigId),  # for an update: the copy it renews
    Column("priority", Integer, nullable=False),
    Column("state", String(8), nullable=False),  # pending, sent, dead, dropped
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),  # real time: not before
    Column("queued_at", Instant, nullable=False),  # real time
    Column("at", Instant, nullable=False),  # business time
    Column("lease_by", String(40)),
    Column("lease_no", BigInteger, nullable=False),
    Column("lease_until", Instant),
    Column("sent_at", Instant),
    Column("reason", String(200)),
    Index("ix_outbox_due", "state", "priority", "due_at"),
)

copies = Table(
    "copies",  # a card that hangs on somebody's screen
    meta,
    Column("id", BigId, primary_key=True),
    Column("task_id", String(128), nullable=False, unique=True),
    Column("person_id", BigId, ForeignKey("people.id"), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("connection", String(40), nullable=False),
    Column("userid", String(64), nullable=False),
    Column("noun", String(16), nullable=False),
    Column("record_id", BigId, nullable=False),
    Column("draw", String(60), nullable=False),
    Column("args", SealedJson("copies.args", of=HANGS), nullable=False),
    Column("shown_version", Integer, nullable=False),
    Column("response_code", Sealed("copies.response_code", of=HANGS)),  # one use, 72 h (WeCom)
    Column("code_until", Instant),
    Column("message_id", String(128)),
    Index("ix_copies_record", "noun", "record_id"),
)

audit = Table(
    "audit",
    meta,
    Column("id", BigId, primary_key=True),
    Column("cause", String(160), nullable=False, index=True),  # the event, as in the inbox
    Column("place", Integer, nullable=False),  # its number among the event's entries
    Column("at", Instant, nullable=False),  # business time
    Column("recorded_at", Instant, nullable=False),  # real time
    Column("person_id", BigId),
    Column("door", String(64), nullable=False),  # wecom:hengyue, cli, schedule
    Column("action", String(40), nullable=False),  # lead.create, refused …
    Column("noun", String(16)),
    Column("record_id", BigId),
    Column("changes", SealedJson("audit.changes"), nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Column("sealed_no", BigInteger, unique=True),  # its place in the chain, once sealed
    Column("link", LargeBinary),  # chain value up to and with this entry
    Index("ix_audit_record", "noun", "record_id"),
)

drafts = Table(
    "drafts",
    meta,
    Column("id", BigId, primary_key=True),
    Column("person_id", BigId, ForeignKey("people.id"), nullable=False, index=True),
    Column("chat", String(80), nullable=False),
    Column("intent", String(40), nullable=False),
    Column("slots", SealedJson("drafts.slots", of=TALKS), nullable=False),
    Column("asked", String(40), nullable=False),  # the slot in question; empty: set aside
    Column("open", Integer, nullable=False),  # 1: a following answer continues it
    Column("at", Instant, nullable=False),
)

conversations = Table(
    "conversations",
    meta,
    Column("person_id", BigId, ForeignKey("people.id"), primary_key=True),
    Column("chat", String(80), primary_key=True),
    Column("state", SealedJson("conversations.state", of=TALKS), nullable=False),  # focus, list, question
    Column("version", Integer, nullable=False),
)

sight = Table(
    "sight",  # ancestor rows: which branch may see what, newest first; they only accelerate
    meta,
    Column("noun", String(16), primary_key=True),
    Column("ancestor_id", BigId, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("record_id", BigId, primary_key=True),
    sqlite_with_rowid=False,
)

match_keys = Table(
    "match_keys",  # what the duplicate check looks up: certain keys and blocks, never a readable phone
    meta,
    Column("key", String(80), primary_key=True),
    Column("noun", String(16), primary_key=True),
    Column("record_id", BigId, primary_key=True),
    Column("unit_id", BigId, ForeignKey("units.id"), nullable=False),
    Column("zone_id", BigId, nullable=False),  # the isolated unit it lies in, 0 for none
    Column("certain", Integer, nullable=False),
    Index("ix_match_keys_record", "noun", "record_id"),
    sqlite_with_rowid=False,
)

counters = Table(
    "counters",  # the next number of each kind; on PostgreSQL a sequence does the counting
    meta,
    Column("kind", String(16), primary_key=True),
    Column("next", BigInteger, nullable=False),
)

rations = Table(
    "rations",  # how often somebody has done a rationed thing on a day
    meta,
    Column("person_id", BigId, ForeignKey("people.id"), primary_key=True),
    Column("what", String(24), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("used", Integer, nullable=False),
)

marks = Table(
    "marks",  # single facts of the store: organisation version, a sealed probe that shows a wrong key
    meta,
    Column("name", String(40), primary_key=True),
    Column("value", String(400), nullable=False),
)

leases = Table(
    "leases",  # who leads a piece of work, by incarnation and rising number
    meta,
    Column("name", String(40), primary_key=True),
    Column("holder", String(40), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("until", Instant, nullable=False),
)

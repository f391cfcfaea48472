"""The column types of version 0001. Instants lie as plain times in UTC, sealed values as bytes."""

from sqlalchemy import BigInteger, DateTime, Integer

# SQLite counts rows only in an INTEGER key.
BIG_ID = BigInteger().with_variant(Integer(), "sqlite")
MOMENT = DateTime(timezone=True)

"""Names as said → the company meant: the order of the command catalogue, in one place to import from."""

from handlers.companies.directory import Directory, How, Mention, Resolution, resolve
from handlers.companies.rank import Candidate, Hit, hits

__all__ = ["Candidate", "Directory", "Hit", "How", "Mention", "Resolution", "hits", "resolve"]

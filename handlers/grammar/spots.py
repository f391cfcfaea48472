"""Everything typed that stands in one message, gathered when first asked for."""

import re
from dataclasses import replace
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from handlers.companies.places import known_at
from handlers.companies.spot import find_company_words
from handlers.grammar.parse import KnownCompany, Listener
from handlers.grammar.people import Named, find_people
from handlers.language.amounts import Amount, find_amounts
from handlers.language.codes import find_codes
from handlers.language.durations import Duration, find_durations
from handlers.language.fillers import strip_fillers
from handlers.language.fold import Folded
from handlers.language.found import Found
from handlers.language.moments import Moment, find_moments
from handlers.language.names import find_contacts
from handlers.language.periods import Period, find_periods
from handlers.language.phones import find_phones
from handlers.language.quantities import Quantity, find_ordinals, find_quantities
from handlers.language.ratios import Ratio, find_ratios
from handlers.language.recurring import find_recurrences
from handlers.language.surnames import SURNAMES, TITLES
from handlers.language.times import find_clock_times

_AND = re.compile(rf"[和跟与同](?=[{''.join(sorted(SURNAMES))}](?:{TITLES}))")
_REGIONS = re.compile("华东|华南|华北|华中|西南|西北|东北|东南|长三角|珠三角")
_AFTER_PLACE = re.compile(r"省|市(?![政场民])|那边|这边|一带|地区|片区|区域|的|客户|线索|$|[ ,。;、?!]|有|里")
_HAN = re.compile("[一-鿿]")
_LATIN_WORD = re.compile(r"[a-z][a-z0-9]{1,40}")


def _clipped(known: list[KnownCompany], length: int) -> list[KnownCompany]:
    return [replace(one, end=min(one.end, length)) for one in known if one.start < length]


class Spots:
    """The typed candidates of a folded message; each list is found once and left to right."""

    def __init__(self, folded: Folded, listener: Listener) -> None:
        self.folded = folded
        self.text = folded.text
        self.listener = listener

    @cached_property
    def fillers(self) -> list[tuple[int, int]]:
        """Spans that carry nothing."""
        return strip_fillers(self.text)

    @cached_property
    def codes(self) -> list[Found[str]]:
        """L-20931 and the like."""
        return find_codes(self.text)

    @cached_property
    def phones(self) -> list[Found[str]]:
        """Telephone numbers."""
        return find_phones(self.text)

    @cached_property
    def amounts(self) -> list[Found[Amount]]:
        """Money."""
        return find_amounts(self.folded.cased)

    @cached_property
    def quantities(self) -> list[Found[Quantity]]:
        """Counts with a measure."""
        return find_quantities(self.text)

    @cached_property
    def ordinals(self) -> list[Found[int]]:
        """Positions in a list."""
        return find_ordinals(self.text)

    @cached_property
    def ratios(self) -> list[Found[Ratio]]:
        """Percents and discounts."""
        return find_ratios(self.text)

    @cached_property
    def durations(self) -> list[Found[Duration]]:
        """Lengths of time."""
        return find_durations(self.text)

    @cached_property
    def periods(self) -> list[Found[Period]]:
        """Spans of days to report on."""
        return find_periods(self.text, self.listener.now, is_working_day=self.listener.is_working_day)

    @cached_property
    def plans(self) -> list[Found[Moment | None]]:
        """Days and times that lie ahead; a time alone is on the day that the pending draft holds."""
        working, now, day = self.listener.is_working_day, self.listener.now, self.listener.context.day
        found = find_moments(self.text, now, is_working_day=working)
        if day and found and not any(one.value is None or one.value.dated for one in found):
            begins = datetime.combine(date.fromisoformat(day[:10]), time.min, now.tzinfo)
            return find_moments(self.text, max(begins, now), is_working_day=working)
        return found

    @cached_property
    def recurrences(self) -> list[Found[str]]:
        """What shall happen again and again."""
        return find_recurrences(self.text)

    @cached_property
    def reports(self) -> list[Found[Moment | None]]:
        """Days and times that lie behind."""
        return find_moments(
            self.text, self.listener.now, is_working_day=self.listener.is_working_day, forward=False
        )

    @cached_property
    def clocks(self) -> list[Found[str]]:
        """Times of the clock."""
        return [
            Found(one.start, one.end, f"{one.value:%H:%M}", one.text) for one in find_clock_times(self.text)
        ]

    @cached_property
    def contacts(self) -> list[Found[str]]:
        """Outsiders. A number beside a name, or its label, is no part of it."""
        text = _AND.sub(",", self.text.replace("电话", ", ").replace("手机", ", "))
        found = find_contacts(text)
        bare = text
        apart: list[Found[Any]] = [*self.phones, *self.codes, *self.company_words]
        spans = [(one.start, one.end) for one in apart] + [(one.start, one.end) for one in self.known]
        for start, end in spans:
            # Only what touches a word, or a number before one, can hide a name.
            behind = end + (text[end : end + 1] == " ")
            if _HAN.match(text, behind) or (start and _HAN.match(text, start - 1)):
                bare = bare[:start] + "," * (end - start) + bare[end:]
        found += [
            one
            for one in (find_contacts(bare) if bare != text else ())
            if all(one.end <= other.start or other.end <= one.start for other in found)
        ]
        return sorted(found, key=lambda one: one.start)

    @cached_property
    def people(self) -> list[Found[Named]]:
        """Colleagues."""
        return find_people(self.text, self.listener)

    @cached_property
    def known(self) -> list[KnownCompany]:
        """Records whose name stands here, the widest at each place; several names of one span stay."""
        found = sorted(
            {one for one in self.listener.companies(self.text) if 0 <= one.start < one.end},
            key=lambda one: (one.start - one.end, one.start, one.name),
        )
        kept: list[KnownCompany] = []
        for one in found:
            apart = all(one.end <= other.start or other.end <= one.start for other in kept)
            same = any((one.start, one.end) == (other.start, other.end) for other in kept)
            if (apart or same) and not any(
                (one.start, one.name) == (other.start, other.name) for other in kept
            ):
                kept.append(one)
        return sorted(_clipped(kept, len(self.text)), key=lambda one: (one.start, one.name))

    @cached_property
    def company_words(self) -> list[Found[str]]:
        """Words that are a company's name by their form."""
        return find_company_words(self.text)

    @cached_property
    def places(self) -> list[Found[str]]:
        """Provinces, cities and regions that stand for themselves."""
        found = [Found(*hit.span(), hit.group(), hit.group()) for hit in _REGIONS.finditer(self.text)]
        at = 0
        while at < len(self.text) - 1:
            place = known_at(self.text, at) if self.text[at] > "一" else ""
            end = at + len(place)
            if place and (behind := _AFTER_PLACE.match(self.text, end)):
                wide = end + 1 if behind.group() in ("省", "市") else end
                found.append(Found(at, wide, place, self.text[at:wide]))
            at = max(end, at + 1)
        return sorted(found, key=lambda one: one.start)

    @cached_property
    def latin(self) -> list[Found[str]]:
        """Words of Latin letters: pinyin, initials, or English."""
        return [Found(*hit.span(), hit.group(), hit.group()) for hit in _LATIN_WORD.finditer(self.text)]

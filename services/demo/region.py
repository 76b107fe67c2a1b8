"""Region: the whole demonstration, built from a seed and the last day of its two years.

Pure: the same seed and day give the same bytes on every machine.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from services.demo.event import Event
from services.demo.house import House, houses
from services.demo.messages import Message, message
from services.demo.people import population
from services.demo.resident import Resident
from services.demo.stories import (
    admitted,
    anaemia,
    checkup,
    childhood,
    copd,
    diabetes,
    elder,
    expecting,
    gout,
    hyperlipidaemia,
    hypertension,
    hyperthyroidism,
    hypothyroidism,
    infection,
    injury,
    kidney_disease,
    mistake,
    multimorbidity,
    newborn,
    pregnancy,
)
from services.demo.timeline import Timeline

STORIES: dict[str, Callable[[Timeline], None]] = {
    module.__name__.rsplit(".", 1)[1]: module.tell
    for module in (
        admitted, anaemia, checkup, childhood, copd, diabetes, elder, expecting, gout, hyperlipidaemia,
        hypertension,
        hyperthyroidism, hypothyroidism, infection, injury, kidney_disease, mistake, multimorbidity, newborn,
        pregnancy,
    )
}  # fmt: skip


@dataclass(frozen=True)
class Region:
    """The houses, the residents, and what happened to them in order of time."""

    seed: int
    until: date
    houses: tuple[House, ...]
    residents: tuple[Resident, ...]
    events: tuple[Event, ...]

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """One message for each event, in order of time."""
        counts: Counter[str] = Counter()
        written = []
        for event in self.events:
            counts[event.house.code] += 1
            written.append(message(event, counts[event.house.code]))
        return tuple(written)

    def character(self, key: str) -> Resident:
        """The resident that data/people.yaml calls by that key."""
        return next(each for each in self.residents if each.key == key)


def build(seed: int, until: date) -> Region:
    """The region whose two years end on `until` (included)."""
    residents = population(seed, until)
    events: list[Event] = []
    for resident in residents:
        life = Timeline(resident, seed, until)
        STORIES[resident.story](life)
        events += life.events
    order = sorted(range(len(events)), key=lambda position: (events[position].time, position))
    return Region(seed, until, houses(), residents, tuple(events[position] for position in order))

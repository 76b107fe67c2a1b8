"""The plan: what is measured, in which order, against which goal (design, section 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.performance import interactions
from tests.performance.figure import Goal, Tally
from tests.performance.interactions import Workload
from tests.performance.linked import OPERATIONS, crud
from tests.performance.load import Pace
from tests.performance.region import Region, Size
from tests.performance.searches import FAMILIES, family

FAMILY_NAMES = (
    "read",
    "search",
    "families",
    "create",
    "mixed",
    "linked",
    "transaction",
    "everything",
    "summary",
    "page",
)
CRUD_USERS, IMPORT_USERS = 300, 20
"""Connections of the public benchmark (storage-and-speed.md, HealthSamurai's), on any machine."""
SUMMARY, PAGE = Goal(p95=100), Goal(p95=300)
CLINIC = "as an organisation's client"


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is loaded, and how long each measurement takes (seconds)."""

    size: Size
    pace: Pace
    flood: float
    patience: float
    stream: float


FULL = Scale(Size(thin=240, thick=60), Pace(1.0, 5.0), flood=5, patience=14, stream=8)
QUICK = Scale(Size(thin=60, thick=10, heavy=1_000, records=60), Pace(0.3, 1.0), 1, 2, 2)
LADDER = Scale(Size(thin=60, thick=40, heavy=100, records=0), Pace(1.0, 4.0), 1, 2, 2)


@dataclass(frozen=True, slots=True)
class Row:
    """One workload of the API with its connections, unit and goal; `family` is what --only names."""

    family: str
    what: str
    workload: Workload
    connections: int
    goal: Goal | None = None
    unit: str = "requests"
    parts: Mapping[str, Tally] = field(default_factory=dict)
    """The tallies of the kinds of exchange that it is made of."""
    stretch: float = 1.0
    """How many times longer than others it is measured: its turns are long."""
    found: list[int] | None = None
    """Where the workload notes how many matches each page had: some should have some."""


def rows(region: Region, size: Size) -> list[Row]:
    """The workloads of the API."""
    return [*_reading(region), *_searching(region), *_writing(region), *_files(region, size)]


def rungs(region: Region) -> list[Row]:
    """The workloads that are measured at each size of the ladder."""
    return [
        row
        for row in (*_reading(region), *_searching(region), *_writing(region))
        if row.connections > 1 and CLINIC not in row.what
    ]


def _reading(region: Region) -> list[Row]:
    read, goal = interactions.read(region), Goal(p95=10)
    return [Row("read", "read", read, 1, goal), Row("read", "read", read, 8, goal)]


def _searching(region: Region) -> list[Row]:
    goal = Goal(p95=30, rate=1000)
    mine = interactions.search(region, region.token)
    clinic = interactions.search(region, region.clinic_token)
    rows = [
        Row("search", "search patient + code, page of 20", mine, 16, goal),
        Row("search", f"the same {CLINIC}", clinic, 16, goal),
        Row("search", "search by name, page of 20", interactions.name_search(region), 16, goal),
    ]
    for which in FAMILIES:
        found: list[int] = []
        workload = family(region, which, found)
        rows.append(Row("families", f"search family: {which}", workload, 16, goal, found=found))
    return rows


def _writing(region: Region) -> list[Row]:
    mixed, loading, parts = Goal(rate=1200), Goal(rate=3000), {each: Tally() for each in OPERATIONS}
    bundle, whole = interactions.bundle(region), interactions.whole_record(region)
    return [
        Row("create", "create", interactions.create(region), 16),
        Row("mixed", "create, read, update, delete", interactions.mixed(region), 16, mixed),
        Row("mixed", "create, read, update, delete", interactions.mixed(region), CRUD_USERS, mixed),
        Row(
            "linked",
            "CRUD of nine linked types",
            crud(region, parts),
            CRUD_USERS,
            mixed,
            parts=parts,
            stretch=3,
        ),
        Row("transaction", "transaction of 50 entries", bundle, 4, loading, "resources"),
        Row("transaction", "transaction of a whole record", whole, 4, loading, "resources", stretch=3),
        Row(
            "transaction",
            "transaction of a whole record",
            whole,
            IMPORT_USERS,
            loading,
            "resources",
            stretch=3,
        ),
    ]


def _files(region: Region, size: Size) -> list[Row]:
    short = interactions.everything(region, size.results, heavy=False)
    long = interactions.everything(region, size.heavy, heavy=True)
    goal = Goal(p95=100, note="the summary's")
    summaries = [
        Row("summary", f"$summary of {size.results} results", interactions.summary(region, "thick"), 4),
        Row(
            "summary",
            f"$summary of {size.heavy:,} results",
            interactions.summary(region, "heavy"),
            1,
            SUMMARY,
        ),
        Row(
            "summary",
            f"$summary of a file of {size.heavy:,}",
            interactions.summary(region, "whole"),
            1,
            SUMMARY,
        ),
    ]
    return [
        Row("everything", f"$everything of {size.results} results", short, 4),
        Row("everything", f"$everything of {size.heavy:,} results", long, 1, goal),
        *summaries,
        Row(
            "page", f"doctor's page of {size.heavy:,} results", interactions.page_of(region, "heavy"), 1, PAGE
        ),
        Row(
            "page",
            f"doctor's page of a file of {size.heavy:,}",
            interactions.page_of(region, "whole"),
            1,
            PAGE,
        ),
    ]

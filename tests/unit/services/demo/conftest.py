"""The demonstration region of one seed and day, built once."""

from datetime import date

import pytest

from services.demo.region import Region, build

SEED = 7
UNTIL = date(2026, 5, 31)


@pytest.fixture(scope="session")
def region() -> Region:
    return build(SEED, UNTIL)

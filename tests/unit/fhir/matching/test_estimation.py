from random import Random

import pytest

from fhir.matching.comparison import Levels
from fhir.matching.estimation import estimate


def drawn(random: Random, count: int, same: dict[str, float]) -> dict[Levels, int]:
    """Vectors of pairs that agree in name, birth date and sex with these chances, independently."""
    found: dict[Levels, int] = {}
    for _ in range(count):
        name, birth, sex = (
            0 if random.random() < same[each] else at for each, at in (("name", 9), ("birth", 6), ("sex", 1))
        )
        levels = Levels(4, name, birth, sex, 6, 2, 2)
        found[levels] = found.get(levels, 0) + 1
    return found


def test_what_pairs_were_drawn_from_is_found_again() -> None:
    random = Random(1)
    matches = drawn(random, 4000, {"name": 0.9, "birth": 0.95, "sex": 0.99})
    others = drawn(random, 16_000, {"name": 0.02, "birth": 0.05, "sex": 0.5})
    blocked = {levels: matches.get(levels, 0) + others.get(levels, 0) for levels in matches | others}
    chances = estimate(blocked, drawn(random, 50_000, {"name": 0.02, "birth": 0.05, "sex": 0.5}))
    assert chances["name"]["same"] == (pytest.approx(0.9, abs=0.03), pytest.approx(0.02, abs=0.005))
    assert chances["birth"]["same"] == (pytest.approx(0.95, abs=0.03), pytest.approx(0.05, abs=0.01))
    assert chances["sex"]["same"][0] == pytest.approx(0.99, abs=0.02)

from pathlib import Path

import pytest

from services import memory
from services.database.embedded import EmbeddedMongo


def test_the_smaller_of_machine_and_control_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = memory.memory()
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "_LIMITS", (limit,))
    for text, expected in (("max", machine), (str(2**62), None), ("1000000000", 1_000_000_000)):
        limit.write_text(f"{text}\n")
        assert memory.memory() == expected or (expected is None and memory.memory() >= machine)


@pytest.mark.parametrize(("gigabytes", "cache"), [(1, 0.5), (8, 1.0), (24, 3.0), (512, 4.0)])
def test_the_database_caches_an_eighth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gigabytes: int, cache: float
) -> None:
    monkeypatch.setattr("services.database.embedded.memory", lambda: gigabytes * 1024**3)
    assert f"--wiredTigerCacheSizeGB={cache}" in _options(EmbeddedMongo(tmp_path))
    assert "--wiredTigerCacheSizeGB=0.25" in _options(EmbeddedMongo(tmp_path, cache_gigabytes=0.25))


def _options(mongo: EmbeddedMongo) -> list[str]:
    mongo.folder.prepare()
    return mongo._options(1)

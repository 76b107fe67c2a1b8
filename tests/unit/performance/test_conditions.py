from pathlib import Path

import pytest

from tests.performance.conditions import filesystem

MOUNTS = "/dev/vda / ext4 rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n/dev/vdb /tmp/data xfs rw 0 0\n"


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/tmp/x", "ext4"), ("/dev/shm/x", "tmpfs"), ("/tmp/data/x", "xfs"), ("/tmp/database", "ext4")],
)
def test_the_deepest_mount_holds_a_folder(folder: str, kind: str) -> None:
    assert filesystem(Path(folder), MOUNTS) == kind


def test_without_a_list_of_mounts_it_is_unknown() -> None:
    assert filesystem(Path("/tmp"), "") == "unknown"

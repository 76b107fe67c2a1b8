"""Watched folder: messages and batches that are put into files (checklist 7).

One sub-folder for each source, named by its code. A file is taken when its size and time stood still for ten
seconds; hidden names and `.tmp`, `.part` wait until they are renamed. It moves to `done/`, or to `failed/`
where any message was not accepted, and its acknowledgement lies beside it as `NAME.ack`. A process that dies
in between takes the file again: its messages are known by then, get the same answers, and none is doubled.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

from services.intake.intake import Intake, Taken
from services.intake.proof import Folder
from services.log import FIELDS

log = logging.getLogger("furong.feed")

_LOOK_SECONDS = 1.0
STILL_SECONDS = 10.0
DONE, FAILED = "done", "failed"
_UNFINISHED = (".tmp", ".part", ".filepart", ".crdownload")
_FRAME = b"\x0b\x1c\r\n"
Stamp = tuple[int, int]


class WatchedFolder:
    """The folders below `root`; `limit` is the largest file in bytes."""

    def __init__(self, root: Path, intake: Intake, limit: int, still_seconds: float = STILL_SECONDS) -> None:
        self._root = root
        self._intake = intake
        self._limit = limit
        self._still_seconds = still_seconds
        self._seen: dict[Path, tuple[Stamp, float]] = {}

    async def watch(self) -> None:
        """Take what is complete, again and again; of several processes one does."""
        while True:
            try:
                with _alone(self._root) as ours:
                    while ours:
                        await self.look()
                        await asyncio.sleep(_LOOK_SECONDS)
            except OSError as error:
                log.error("the watched folder can't be used", extra={FIELDS: {"error": error.strerror}})
            await asyncio.sleep(10 * _LOOK_SECONDS)

    async def look(self) -> int:
        """Take every file that has not changed for a while; returns how many were done with."""
        found, now = await asyncio.to_thread(_files, self._root), time.monotonic()
        before, self._seen = self._seen, {}
        for path, stamp in found.items():
            known = before.get(path)
            self._seen[path] = known if known is not None and known[0] == stamp else (stamp, now)
        still = [path for path, known in self._seen.items() if known == before.get(path)]
        ripe = [path for path in still if self._seen[path][1] + self._still_seconds <= now]
        return sum([await self._take(path) for path in sorted(ripe)])

    async def _take(self, path: Path) -> bool:
        """Take one file in; False where it has to be taken again later."""
        code = path.parent.name
        sender = Folder(code)
        try:
            with path.open("rb") as file:
                content = await asyncio.to_thread(file.read, self._limit + 1)
        except OSError as error:
            log.warning("a file can't be read", extra={FIELDS: {"source": code, "error": error.strerror}})
            return False
        if len(content) > self._limit:
            taken = Taken(await self._intake.oversize(content[:65_536], len(content), sender), ("AR",))
        else:
            taken = await self._intake.take(content.strip(_FRAME) + b"\r", sender)
        if taken.transient:
            return False
        well = all(each in ("AA", "CA") for each in taken.codes)
        await asyncio.to_thread(_settle, path, path.parent / (DONE if well else FAILED), taken.answer)
        log.info("a file was taken", extra={FIELDS: {"source": code, "messages": len(taken.codes)}})
        return True


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[bool]:
    """Whether no other process watches `root`, for as long as the block runs."""
    with (root / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _files(root: Path) -> dict[Path, Stamp]:
    """The files that may be complete, with size and time of their last change."""
    found = {}
    for source in root.iterdir():
        if source.name.startswith(".") or source.is_symlink() or not source.is_dir():
            continue
        with os.scandir(source) as entries:
            for entry in entries:
                hidden = entry.name.startswith(".") or entry.name.lower().endswith(_UNFINISHED)
                if not hidden and entry.is_file(follow_symlinks=False):
                    stat = entry.stat(follow_symlinks=False)
                    found[Path(entry.path)] = (stat.st_size, stat.st_mtime_ns)
    return found


def _settle(path: Path, folder: Path, answer: bytes | None) -> None:
    """Write the acknowledgement, then move the file: whoever finds the file there finds its answer."""
    folder.mkdir(exist_ok=True)
    name = path.name
    if (folder / name).exists():
        name = f"{path.stem}-{time.time_ns()}{path.suffix}"
    if answer is not None:
        _write(folder / f"{name}.ack", answer)
    path.rename(folder / name)
    _synced(folder)
    _synced(path.parent)


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


def _synced(folder: Path) -> None:
    """Make renames in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

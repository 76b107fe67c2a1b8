"""`./furong inbox`: an operator sees the dead letters and has messages processed again."""

import argparse
import json
from typing import Any

import pytest

from services.commands import inbox as command
from services.failure import WrongArgument
from tests.functional.feed.test_feed import adt, entries
from tests.support.feed import Feed


async def inbox(feed: Feed, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    await command.run(parser.parse_args(words), feed.web.platform)
    return json.loads(capsys.readouterr().out)


async def test_a_dead_letter_is_listed_and_lives_again(
    feed: Feed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr("services.worker.processor.convert", broken)
        await feed.send(adt(control="D1").encode())
        assert await feed.settled() == {"dead": 1}
    (dead,) = await inbox(feed, capsys, "dead")
    assert (dead["control_id"], dead["state"]) == ("D1", "dead")
    assert "ValueError" in dead["reason"]["text"]
    assert await entries(feed, "/Patient") == []
    assert await inbox(feed, capsys, "replay", "--message", "D1") == {"replayed": 1}
    assert await feed.settled() == {"done": 1}
    assert len(await entries(feed, "/Patient")) == 1
    assert await inbox(feed, capsys, "count") == {"done": 1}


async def test_show_tells_the_way_of_a_message_without_its_content(
    feed: Feed, capsys: pytest.CaptureFixture[str]
) -> None:
    await feed.send(adt(control="S1").encode())
    await feed.settled()
    (row,) = await inbox(feed, capsys, "show", "S1")
    assert any(version.startswith("Encounter/") for version in row["versions"])
    assert "张" not in json.dumps(row, ensure_ascii=False)
    with pytest.raises(WrongArgument):
        await inbox(feed, capsys, "show", "nothing")

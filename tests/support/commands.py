"""The commands that a client of the database has sent."""

from typing import Any

from pymongo.monitoring import CommandListener, CommandStartedEvent


class Commands(CommandListener):
    """Given to a client as one of its `event_listeners`; the server's own counters count everybody."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.found_in: list[str] = []
        """The collections of the `find` among them."""

    def started(self, event: CommandStartedEvent) -> None:
        self.names.append(event.command_name)
        if event.command_name == "find":
            self.found_in.append(str(event.command["find"]))

    def succeeded(self, event: Any) -> None:
        """Counted when it was sent."""

    def failed(self, event: Any) -> None:
        """Counted when it was sent."""

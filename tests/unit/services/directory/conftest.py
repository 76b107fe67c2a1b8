"""The platform of the commands' tests."""

from tests.unit.services.commands.conftest import platform

__all__ = ["platform"]

"""Reply: what a query is answered, on the connection on which it came.

HL7 v2 chapter 2.9.2 and 5.4. `services.queries` makes it; the intake passes it on.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from services.intake.proof import Sender
from services.intake.reading import Reading


class Reply(NamedTuple):
    """The answer (None: none is wanted), its code (MSA-1), in enhanced mode the acceptance before it, if any.

    `patients`: whom it tells of; `transient`: the same query may be sent again.
    """

    answer: bytes | None
    code: str
    accept: bytes | None = None
    patients: Sequence[str] = ()
    transient: bool = False


Ask = Callable[[Reading, Sender], Awaitable[Reply]]
"""Answers a query of a registered source that has been read."""

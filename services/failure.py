"""Failure: what went wrong, in one line, for whoever started the program.

The first of the two error roots as the command line sees it: a Failure is shown as it stands and names what
to do; any other exception is ours, is logged with a reference and never shown (`services.__main__`).
"""


class Failure(Exception):
    """Shown in one line on stderr, without a traceback; `status` is the program's exit status."""

    status = 1


class WrongArgument(Failure):
    """An argument that the command cannot take (exit status 2)."""

    status = 2

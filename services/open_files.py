"""Open files: as many as the system allows; what a shell gives (1,024 is usual) is too few.

mongod holds a file for each collection and index, a feed one for each hospital that keeps its connection.
"""

import resource


def raise_open_files() -> int:
    """Raise this process's limit, which its children inherit, to the hard one; the limit from now on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == hard:
        return soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (OSError, ValueError):  # macOS calls the hard limit endless and takes less
        return soft
    return hard

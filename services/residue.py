"""Residual information: when a process dies, its memory is not written to a core file.

GB/T 22239-2019 level 3, 8.1.4.9; security-and-scale.md, line 42. Uploads stay in memory, too
(`services.forms`).
"""

import resource


def no_core_files() -> None:
    """For this process and those that it starts, mongod among them."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))

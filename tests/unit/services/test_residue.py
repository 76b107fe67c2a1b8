"""No core files; security-and-scale.md, line 42."""

import resource
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]
PROGRAM = """
import resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_CORE, (4096, resource.getrlimit(resource.RLIMIT_CORE)[1]))
from services.residue import no_core_files
no_core_files()
print(resource.getrlimit(resource.RLIMIT_CORE)[0], flush=True)
subprocess.run([sys.executable, "-c", "import resource; print(resource.getrlimit(resource.RLIMIT_CORE)[0])"])
"""


def test_line_42_neither_a_process_nor_those_that_it_starts_write_one() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    assert most == resource.RLIM_INFINITY or most >= 4096, "this test needs a limit that can be raised"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0", "0"]

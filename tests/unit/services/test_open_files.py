import subprocess
import sys

PROGRAM = """
import resource
from services.open_files import raise_open_files
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
assert raise_open_files() == hard == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
assert raise_open_files() == hard
"""


def test_a_low_limit_is_raised_to_what_the_system_allows() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)

"""The process of tests.support.processes that answers as the platform's API and feed do."""

from tests.support.processes import main

if __name__ == "__main__":
    main("listener")

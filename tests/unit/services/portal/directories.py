"""What the page of the directory shows: faults and changes, what was written."""

from typing import Any

from services.directory.columns import COLUMNS
from services.directory.outcome import Change
from services.portal.console.directory_views import NOTHING
from services.portal.page import Reader

DIRECTORY: dict[str, Any] = {**NOTHING, "columns": list(COLUMNS.items())}
DIRECTORIES: dict[str, tuple[str, Reader | None, dict[str, Any]]] = {
    "directory": (
        "console/templates/directory.html",
        Reader("值守", "operator"),
        DIRECTORY
        | {
            "faults": ["line 2: x"],
            "hidden_faults": 3,
            "warnings": ["line 3: y"],
            "counts": [("新建", 2)],
            "outcomes": [
                {
                    "line": 2,
                    "action": "更改",
                    "type": "机构",
                    "name": "<b>",
                    "changes": [Change("name", None, '"<i>"'), Change("alias[0]", '"x"', None)],
                }
            ],
            "hidden": 2,
            "sealed": "abc",
        },
    ),
    "directory written": (
        "console/templates/directory.html",
        Reader("值守", "operator"),
        DIRECTORY | {"done": [("新建", 1)]},
    ),
}

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

from services.portal import downloads
from services.portal.page import HEADERS
from services.portal.visit import Visit

RECORD = SimpleNamespace(
    id="0f0e2d30-1111-4222-8333-4444555566ab", moment=datetime(2026, 11, 28, 16, 5, tzinfo=UTC)
)
VISIT = cast(Visit, SimpleNamespace(record=RECORD))


def test_a_file_is_never_kept_by_a_cache() -> None:
    made = downloads._file(b"%PDF-", "attachment", "application/pdf")
    assert made.headers["content-disposition"] == "attachment"
    assert made.headers["cache-control"] == "no-store"
    assert made.headers["x-content-type-options"] == "nosniff"
    assert set(map(str.lower, HEADERS)) <= set(made.headers)


def test_a_name_tells_files_apart_by_local_time_and_record_in_two_languages() -> None:
    assert downloads._disposition(VISIT, downloads.PDF_NAME, "zh-CN") == (
        'attachment; filename="summary-20261129-0005-66ab.pdf"; '
        "filename*=UTF-8''%E6%91%98%E8%A6%81-20261129-0005-66ab.pdf"
    )
    assert downloads._disposition(VISIT, downloads.FHIR_NAME, "en").endswith(
        "''summary-20261129-0005-66ab.json"
    )

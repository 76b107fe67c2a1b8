from services.portal import downloads
from services.portal.page import HEADERS


def test_a_file_is_never_kept_by_a_cache_and_its_name_says_nothing() -> None:
    made = downloads._file(b"%PDF-", downloads.PDF_NAME, "application/pdf")
    assert made.headers["content-disposition"] == 'attachment; filename="ips.pdf"'
    assert made.headers["cache-control"] == "no-store"
    assert made.headers["x-content-type-options"] == "nosniff"
    assert set(map(str.lower, HEADERS)) <= set(made.headers)

from services.portal.resident.own_views import STEPS, Pages, part
from services.portal.resident.presenters import my_file
from tests.support.people import TODAY, five_diseases

FILE = my_file(five_diseases(), TODAY, every=True)


def test_the_parts_together_are_all_lines_in_their_order() -> None:
    shown, start = [], 0
    while True:
        file, pages = part(FILE, "results", start)
        shown += file.results
        if pages is None or pages.older is None:
            break
        start = pages.older
    assert shown == FILE.results
    assert len(shown) > STEPS["results"]


def test_the_first_part_has_nothing_newer_and_what_fits_has_no_parts() -> None:
    assert part(FILE, "results", 0)[1] == Pages(None, 8)
    assert part(FILE, "results", 8)[1] in (Pages(0, 16), Pages(0, None))
    assert part(FILE, "documents", 0)[1] is None
    assert part(FILE, "medications", 0) == (FILE, None)


def test_behind_the_end_there_is_nothing() -> None:
    file, pages = part(FILE, "results", 10_000)
    assert file.results == []
    assert pages == Pages(9_992, None)

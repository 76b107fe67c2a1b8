from fhir.search.entries import Entries


def test_a_text_is_hashed_once() -> None:
    asked: list[str] = []

    def keyed(text: str) -> str:
        asked.append(text)
        return text[::-1]

    entries = Entries(keyed)
    assert [entries.hashed("ab"), entries.hashed("ab"), entries.hashed("c")] == ["ba", "ba", "c"]
    assert asked == ["ab", "c"]

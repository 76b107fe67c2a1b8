from fhir.terminology.canonical import Canonical, canonical, newest, version_key


def test_url_and_version() -> None:
    assert canonical("http://a.example/v|2") == Canonical("http://a.example/v", "2")
    assert canonical("http://a.example/v|2", "3").version == "2", "what stands in the text goes first"
    assert canonical("http://a.example/v#part", "3") == Canonical("http://a.example/v", "3")
    assert str(canonical("http://a.example/v|2")) == "http://a.example/v|2"


def test_versions_are_ordered_by_their_numbers() -> None:
    given = ["5", "4.0.10", "4.0.9", "4.0.9-rc"]
    assert sorted(given, key=version_key) == ["4.0.9-rc", "4.0.9", "4.0.10", "5"]


def test_the_newest_active_one_is_meant() -> None:
    draft = {"status": "draft", "version": "9"}
    old, new = {"status": "active", "version": "1.9"}, {"status": "active", "version": "1.10"}
    assert newest([new, draft, old]) is new
    assert newest([]) is None

from services.portal.sealing import seal, unseal


def test_only_the_session_that_sealed_it_reads_it() -> None:
    sealed = seal("王建国", "session one")
    assert unseal(sealed, "session one") == "王建国"
    assert unseal(sealed, "session two") is None


def test_altered_or_foreign_text_is_nothing() -> None:
    sealed = seal("wang", "s")
    assert unseal(sealed[:-2] + ("AA" if sealed[-2:] != "AA" else "BB"), "s") is None
    for text in ("", "x", "王", "%%%", "A" * 400):
        assert unseal(text, "s") is None


def test_the_length_does_not_tell_the_name() -> None:
    assert len(seal("王", "s")) == len(seal("wang jianguo", "s"))
    assert seal("王", "s") != seal("王", "s")

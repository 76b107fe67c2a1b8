from services.portal.catalogue import CHINESE, ENGLISH, translations


def test_chinese_is_the_source_and_english_is_compiled_from_the_po_file() -> None:
    assert translations(CHINESE).gettext("登录") == "登录"
    assert translations(ENGLISH).gettext("登录") == "Log in"
    found = "找到 %(num)s 位居民"
    assert [translations(ENGLISH).ngettext(found, found, n) for n in (1, 2)] == [
        "%(num)s resident found",
        "%(num)s residents found",
    ]

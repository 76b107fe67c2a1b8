"""Names as people look for them: folded, by pinyin with every reading of a surname, by initials."""

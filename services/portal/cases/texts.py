"""The words for what becomes of a case."""

from services.portal.catalogue import mark

VERDICTS = {"justified": mark("理由成立"), "not-justified": mark("理由不成立")}
CORRECTIONS = {"granted": mark("同意更正"), "refused": mark("不更正")}

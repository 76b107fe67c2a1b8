"""The words for what becomes of a case."""

from services.portal.catalogue import mark

VERDICTS = {"justified": mark("这次查看有正当理由"), "not-justified": mark("这次查看没有正当理由")}
CORRECTIONS = {"granted": mark("同意更正"), "refused": mark("不更正")}

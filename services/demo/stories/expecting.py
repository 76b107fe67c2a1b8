"""Pregnancy under way: the child is not born yet when the two years end."""

from datetime import timedelta

from services.demo.stories import pregnancy
from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """A pregnancy in its thirtieth week, or near it, on the last day."""
    pregnancy.checkups(life, life.until - timedelta(days=life.random.randint(205, 220)))

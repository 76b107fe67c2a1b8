"""Steps of time: what can't be found is answered at the end of a whole step.

Hidden and unknown must not be told apart by the clock either (security-and-scale.md, line 13): what is hidden
takes some milliseconds longer to find. `services.api.even_time` and `services.queries` keep to it.
"""

import math

STEP = 0.05
"""Seconds: several times what any of the two takes."""


def left(elapsed: float, step: float) -> float:
    """How many seconds until the end of the step in which `elapsed` lies."""
    return max(0.0, step * math.ceil(elapsed / step) - elapsed)

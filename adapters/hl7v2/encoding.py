"""Encoding: values to a segment.

HL7 v2 chapter 2.6 (message construction rules). A field is a text, or a list of repetitions; a repetition is
a text, or the tuple of its components; a component a text, or the tuple of its sub-components. Positions
are left out at the end as far as nothing stands there.
"""

from collections.abc import Mapping, Sequence

from adapters.hl7v2 import escape
from adapters.hl7v2.delimiters import Delimiters

Component = str | tuple[str, ...]
Repetition = str | tuple[Component, ...]
Value = str | Sequence[Repetition]


def segment(name: str, fields: Mapping[int, Value], delimiters: Delimiters) -> str:
    """The segment `name` with these `fields` by position, without its line end."""
    last = max(fields, default=0)
    texts = [_field(fields.get(position, ""), delimiters) for position in range(1, last + 1)]
    return delimiters.field.join([name, *texts]).rstrip(delimiters.field)


def _field(value: Value, delimiters: Delimiters) -> str:
    repetitions = [value] if isinstance(value, str) else value
    return delimiters.repetition.join(_repetition(each, delimiters) for each in repetitions)


def _repetition(value: Repetition, delimiters: Delimiters) -> str:
    components = [value] if isinstance(value, str) else value
    texts = [_component(each, delimiters) for each in components]
    return delimiters.component.join(texts).rstrip(delimiters.component)


def _component(value: Component, delimiters: Delimiters) -> str:
    leaves = [value] if isinstance(value, str) else value
    texts = [escape.encode(each, delimiters) for each in leaves]
    return delimiters.subcomponent.join(texts).rstrip(delimiters.subcomponent)

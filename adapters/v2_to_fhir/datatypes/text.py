"""ST, TX, FT: text.

The guide's ST[string] and ST[CodeableConcept]. Line breaks (`\\.br\\`) are line feeds.
"""

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context


def string(value: Element, context: Context) -> str | None:
    """A string; its component separators were text."""
    return str(value).strip() or None


def concept(value: Element, context: Context) -> dict[str, str] | None:
    """A CodeableConcept, Address or Annotation of words alone."""
    text = value.value.strip()
    return {"text": text} if text else None

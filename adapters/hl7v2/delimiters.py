"""Delimiters: the field separator (MSH-1) and the encoding characters (MSH-2).

HL7 v2 chapter 2.5.4. Any characters are accepted in any version, four or five of them (the fifth, since
v2.7, marks truncated text), but letters and digits delimit nothing. What MSH-2 omits has its usual value.
"""

import dataclasses

WHITE_SPACE = " \t\r\n\v\f\u00a0\u3000"
HEADERS = ("MSH", "FHS", "BHS")


@dataclasses.dataclass(frozen=True, slots=True)
class Delimiters:
    """The six delimiters of one message; an empty string is a delimiter that never occurs."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = "#"
    blank: str = dataclasses.field(init=False, compare=False, repr=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "blank", WHITE_SPACE + self.component + self.repetition + self.subcomponent)

    @classmethod
    def of_header(cls, line: str) -> "Delimiters":
        """The delimiters that a header segment (MSH, FHS, BHS) declares in its fields 1 and 2."""
        separator = line[3:4] or USUAL.field
        declared = line[4:].split(separator, 1)[0].strip()[:5]
        if not declared or any(character.isalnum() for character in declared):
            return cls(separator)
        usual = (USUAL.component, USUAL.repetition, USUAL.escape, USUAL.subcomponent, USUAL.truncation)
        missing = (c if c not in declared and c != separator else "" for c in usual[len(declared) :])
        return cls(separator, *declared, *missing)

    @property
    def encoding_characters(self) -> str:
        """MSH-2 in its usual length of four characters."""
        return self.component + self.repetition + self.escape + self.subcomponent


USUAL = Delimiters()
NONE = Delimiters("", "", "", "", "", "")

"""Datatype: the table of conversions, v2 datatype -> FHIR type.

The guide's datatype maps (`XPN[HumanName]`), each a plain function in `datatypes/`. A row of a segment map
names one; what stands behind `name=value` in the row is given to the function as well.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from adapters.v2_to_fhir.datatypes import (
    cwe,
    cx,
    dr,
    dtm,
    ei,
    nm,
    pl,
    text,
    tq,
    xad,
    xcn,
    xon,
    xpn,
    xtn,
)
from adapters.v2_to_fhir.table import MapError, table

Converter = Callable[..., Any]

_CODED = ("CWE", "CE", "CNE", "CF", "IS", "ID", "ST")
_TIMES = ("DTM", "TS", "DT")


def _each(types: tuple[str, ...], target: str, function: Converter) -> dict[str, Converter]:
    return {f"{type_}[{target}]": function for type_ in types}


DATATYPES: Mapping[str, Converter] = {
    **_each(_CODED, "CodeableConcept", cwe.codeable_concept),
    **_each(_CODED, "Coding", cwe.coding),
    **_each(_CODED, "code", cwe.code),
    **_each(_CODED, "codes", cwe.plain),
    **_each(_CODED, "boolean", cwe.boolean),
    **_each(_CODED, "string", text.string),
    **_each(_TIMES, "dateTime", dtm.date_time),
    **_each(_TIMES, "date", dtm.date),
    **_each(_TIMES, "instant", dtm.instant),
    "CX[Identifier]": cx.identifiers,
    "ST[Identifier]": cx.social,
    "EI[Identifier]": ei.identifier,
    "EIP[Identifier]": ei.pair,
    "EIP[Request]": ei.requests,
    "EIP[Specimen]": ei.specimens,
    "EI[Device]": ei.device,
    "XPN[HumanName]": xpn.human_name,
    "XAD[Address]": xad.address,
    "XTN[ContactPoint]": xtn.contact_points,
    "XCN[Practitioner]": xcn.practitioner,
    "XCN[Participant]": xcn.participant,
    "XCN[Performer]": xcn.performer,
    "NDL[Practitioner]": xcn.name_with_location,
    "PL[Location]": pl.location,
    "XON[Organization]": xon.organization,
    "CWE[Organization]": xon.coded,
    "NM[decimal]": nm.number,
    "NM[integer]": nm.integer,
    "NM[positiveInt]": nm.positive,
    "CQ[Quantity]": nm.quantity,
    "DR[Period]": dr.period,
    "RPT[Timing]": tq.timing,
    "ST[Concept]": text.concept,
    "ST[Address]": text.concept,
    "CWE[Annotation]": cwe.annotation,
    "ST[Annotation]": text.concept,
    "XPN[string]": xpn.text,
    "CWE[Communication]": cwe.communication,
    "CWE[PlanIdentifier]": cwe.plan_identifier,
    "CWE[PlanClass]": cwe.plan_class,
    "ID[Section]": cwe.section,
    "XCN[Actor]": xcn.actor,
    "ST[FileName]": ei.file_name,
    "EI[OrderNumber]": ei.order,
    "DTM[Start]": dr.start,
    "TX[string]": text.string,
    "FT[string]": text.string,
}


def converter(name: str, parameters: Mapping[str, str], where: str) -> Converter:
    """The function of a row with its parameters bound; MapError names the row when they do not fit."""
    function = DATATYPES.get(name)
    if function is None:
        raise MapError(f"{where}: there is no datatype map {name}")
    accepted = inspect.signature(function).parameters
    unknown = set(parameters) - set(accepted)
    missing = {
        key
        for key, one in accepted.items()
        if one.default is one.empty and key not in ("value", "context", *parameters)
    }
    if unknown or missing:
        raise MapError(f"{where}: {name} takes {', '.join(list(accepted)[2:]) or 'nothing more'}")
    try:
        bound = {key: table(given) if key == "table" else given for key, given in parameters.items()}
    except MapError as error:
        raise MapError(f"{where}: {error}") from None
    if not bound:
        return function
    return lambda value, context: function(value, context, **bound)

"""User-access brands: how this platform shows itself in an app's list of places to connect to.

SMART App Launch 2.2, "User-access Brands and Endpoints": a Bundle of the brand (an Organization) and its
Endpoint.
"""

from typing import Any

NAME, ENGLISH_NAME = "芙蓉健康档案", "Furong regional health record"
_EXTENSIONS = "http://hl7.org/fhir/StructureDefinition/"
_TERMS = "http://terminology.hl7.org/CodeSystem/"


def brands(issuer: str, timestamp: str) -> dict[str, Any]:
    """The Bundle at `/.well-known/smart-brands`."""
    brand, endpoint = f"{issuer}/fhir/Organization/brand", f"{issuer}/fhir/Endpoint/fhir"
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": timestamp,
        "entry": [
            {"fullUrl": brand, "resource": _brand(issuer)},
            {"fullUrl": endpoint, "resource": _endpoint(issuer)},
        ],
    }


def _brand(issuer: str) -> dict[str, Any]:
    portal = [
        {"url": "portalName", "valueString": NAME},
        {"url": "portalUrl", "valueUrl": f"{issuer}/resident"},
        {"url": "portalEndpoint", "valueReference": {"reference": "Endpoint/fhir"}},
    ]
    return {
        "resourceType": "Organization",
        "id": "brand",
        "extension": [{"url": f"{_EXTENSIONS}organization-portal", "extension": portal}],
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": issuer}],
        "active": True,
        "name": NAME,
        "alias": [ENGLISH_NAME],
        "telecom": [{"system": "url", "value": issuer}],
        "endpoint": [{"reference": "Endpoint/fhir"}],
    }


def _endpoint(issuer: str) -> dict[str, Any]:
    return {
        "resourceType": "Endpoint",
        "id": "fhir",
        "extension": [{"url": f"{_EXTENSIONS}endpoint-fhir-version", "valueCode": "4.0.1"}],
        "status": "active",
        "connectionType": {"system": f"{_TERMS}endpoint-connection-type", "code": "hl7-fhir-rest"},
        "name": NAME,
        "managingOrganization": {"reference": "Organization/brand"},
        "contact": [{"system": "url", "value": f"{issuer}/fhir/docs"}],
        "payloadType": [{"coding": [{"system": f"{_TERMS}endpoint-payload-type", "code": "none"}]}],
        "address": f"{issuer}/fhir",
    }


STYLE = {
    "color_background": "#f3f5f7",
    "color_error": "#9b1420",
    "color_highlight": "#0b4f5c",
    "color_modal_backdrop": "",
    "color_success": "#14613a",
    "color_text": "#17202a",
    "dim_border_radius": "8px",
    "dim_font_size": "16px",
    "dim_spacing_size": "16px",
    "font_family_body": "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif",
    "font_family_heading": "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif",
}
"""The document at `smart_style_url`: the pages' own colours (SMART App Launch 2.2, "Styling")."""

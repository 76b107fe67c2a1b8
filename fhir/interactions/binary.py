"""Binary: raw content as a resource, and back.

FHIR R4 binary.html. X-Security-Context becomes securityContext: whoever may see that resource may see the
content.
"""

import base64

from fhir.resource import Resource


def binary(content: bytes, type: str, security_context: str | None = None, id: str | None = None) -> Resource:
    """A Binary of `content`."""
    resource: Resource = {"resourceType": "Binary"}
    if id is not None:
        resource["id"] = id
    resource["contentType"] = type
    if security_context:
        resource["securityContext"] = {"reference": security_context}
    if content:
        resource["data"] = base64.b64encode(content).decode()
    return resource


def content(resource: Resource) -> tuple[str, bytes]:
    """The media type and the bytes that a Binary holds."""
    return str(resource["contentType"]), base64.b64decode(resource.get("data") or "")

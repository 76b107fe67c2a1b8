"""CodeSystem and ValueSet that a load writes: what the codes are, and that all of them may be meant.

FHIR R4 codesystem.html (content: not-present, since the concepts lie beside the resource), valueset.html.
"""

import re
from datetime import UTC, datetime
from typing import Any

from fhir.resource import Resource
from fhir.store.concepts import RELEASE
from fhir.terminology.loading.kind import Kind
from fhir.terminology.table_name import NAMES

_PROPERTIES = "http://hl7.org/fhir/concept-properties#"
_PLAIN = re.compile(r"[^A-Za-z0-9\-.]")


def code_system(kind: Kind, url: str, version: str, release: str, count: int) -> Resource:
    """The CodeSystem of one version."""
    declared: list[dict[str, Any]] = [{"code": name, "type": "string"} for name in kind.properties]
    declared += [{"code": "inactive", "uri": f"{_PROPERTIES}inactive", "type": "boolean"}]
    names = [{"system": NAMES, "value": each} for each in kind.names]
    return _head("CodeSystem", kind, f"{kind.id}-{version}", url, version) | {
        "extension": [{"url": RELEASE, "valueString": release}],
        **({"identifier": names} if names else {}),
        "caseSensitive": True,
        "valueSet": value_set_url(kind),
        **({"hierarchyMeaning": "is-a"} if kind.levels else {}),
        "content": "not-present",
        "count": count,
        "property": declared,
    }


def value_set(kind: Kind, url: str, version: str) -> Resource:
    """The ValueSet of all codes of the newest version; where the URL is shared by two tables, of this one."""
    include = {"system": url} | ({"version": version} if kind.names else {})
    head = _head("ValueSet", kind, kind.id, value_set_url(kind), version)
    return head | {"compose": {"include": [include]}}


def value_set_url(kind: Kind) -> str:
    """Its canonical URL."""
    return f"urn:furong:value-set:{kind.id}"


def _head(type: str, kind: Kind, id: str, url: str, version: str) -> Resource:
    copyright = {"copyright": kind.copyright} if kind.copyright else {}
    return {
        "resourceType": type,
        "id": _PLAIN.sub("-", id)[:64],
        "language": kind.language,
        "url": url,
        "version": version,
        "name": kind.name,
        "title": kind.title,
        "status": "active",
        "experimental": False,
        "date": datetime.now(UTC).date().isoformat(),
        **copyright,
    }

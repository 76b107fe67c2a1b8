"""Rewriting: references between the entries of a Bundle become references to what is stored.

FHIR R4 3.1.0.11.2 (http.html#trules) and 2.36.4 (bundle.html#references): literal references, uri, url,
canonical, oid and uuid elements, links in narratives; in contained resources and extensions too. A string of
another type (Identifier.value) only looks like one and stays.
"""

import html
import re
from collections.abc import Mapping
from typing import Any

from fhir.definitions.members import RESOURCE, Member, inside, members
from fhir.definitions.structures import resource_types
from fhir.resource import ID, Resource

_LINKS = frozenset({"uri", "url", "canonical", "oid", "uuid"})
_LINK_IN_NARRATIVE = re.compile(r"""(\s(?:href|src)\s*=\s*)("[^"]*"|'[^']*')""")
_REST = re.compile(rf"(https?://\S+)/([A-Z][A-Za-z]+)/{ID.pattern}")


def rewritten(resource: Resource, targets: Mapping[str, str], full_url: str | None = None) -> Resource:
    """`resource` with each full URL of `targets` replaced; `full_url` resolves its relative references."""
    if not targets or resource["resourceType"] not in resource_types:
        return resource
    match = _REST.fullmatch(full_url or "")
    return dict(_Rewriting(targets, match[1] if match else None).object(resource, resource["resourceType"]))


class _Rewriting:
    def __init__(self, targets: Mapping[str, str], base: str | None) -> None:
        self._targets = targets
        self._base = base

    def object(self, value: dict[str, Any], key: str) -> dict[str, Any]:
        known = members(key)
        changed = {}
        for name, held in value.items():
            member = known.get(name)
            if member is not None and isinstance(held, str):
                changed[name] = self._text(held, member, key)
            elif member is not None or name.startswith("_"):
                changed[name] = self._below(held, member)
            else:
                changed[name] = held
        return changed

    def _below(self, value: Any, member: Member | None) -> Any:
        """A list, an object, or what stands beside a primitive (`_birthDate`, member None)."""
        if isinstance(value, list):
            return [self._below(each, member) for each in value]
        if isinstance(value, str) and member is not None:
            return self._text(value, member, "")
        if not isinstance(value, dict):
            return value
        key = "Element" if member is None else inside(member, value)
        known = key in resource_types if member is not None and member.inside == RESOURCE else bool(key)
        return self.object(value, key) if known else value

    def _text(self, text: str, member: Member, key: str) -> str:
        if member.type in _LINKS or (key == "Reference" and member.element.name == "reference"):
            return self._link(text)
        return _LINK_IN_NARRATIVE.sub(self._narrative, text) if member.type == "xhtml" else text

    def _narrative(self, match: re.Match[str]) -> str:
        quote, link = match[2][0], html.unescape(match[2][1:-1])
        changed = self._link(link)
        return match[0] if changed == link else f"{match[1]}{quote}{html.escape(changed)}{quote}"

    def _link(self, text: str) -> str:
        plain, hash, fragment = text.partition("#")
        found = self._targets.get(plain)
        if found is None and self._base is not None and _relative(plain):
            found = self._targets.get(f"{self._base}/{plain}")
        return text if found is None else f"{found}{hash}{fragment}"


def _relative(text: str) -> bool:
    type, _, id = text.partition("/")
    return type in resource_types and ID.fullmatch(id) is not None

"""Receipt of an access: what a resident may see of a record, and the proof that the day's root holds it.

RFC 6962 section 2.1.1. It is checked without the platform and its master key: the salted view leads to
the record's hash, the hash to the tree's root, and the root is signed (docs/audit-receipt.py does it alone).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auth.audit.anchoring import Anchoring
from auth.audit.chain import before, canonical, content_of
from auth.audit.merkle import HASHES, proven
from auth.audit.record import AuditRecord
from auth.audit.root import Root
from auth.audit.signing import signed
from auth.audit.view import salt, view
from auth.store.audit import ChainedRow
from auth.vault import Vault
from fhir import sm3

FORMAT = "furong audit receipt 1"


async def made(
    anchoring: Anchoring,
    row: ChainedRow,
    record: AuditRecord,
    patient: str,
    vault: Vault,
    text: Sequence[str] = (),
) -> dict[str, Any] | None:
    """The receipt of a record about `patient`; None while no root holds it or where it is too old for one.

    `text` says the same in words. That the record is about this patient the platform vouches for by its
    signature: the record names him under seal only, because it may name others.
    """
    root = None if row.sm3 is None else await anchoring.holding(row)
    if root is None:
        return None
    prev = before(row)
    shown: dict[str, Any] = {
        "format": FORMAT,
        "text": list(text),
        "patient": patient,
        "view": view(record),
        "salt": salt(record, vault),
        "place": {
            "chain": row.chain,
            "seq": row.seq,
            "prev": prev.sha256,
            "prev_sm3": prev.sm3,
            "content": list(content_of(row.entry)),
        },
        "proof": await anchoring.proof(root, row),
        "root": _head_of(root),
    }
    key = anchoring.signer
    return shown | {"key": key.public, "signature": key.sign(canonical(shown))}


def _head_of(root: Root) -> dict[str, Any]:
    """The root without its list of chains, which is long: their leaves are in the tree."""
    body = root.body
    return {name: body[name] for name in ("day", "size", "roots")} | {"sha256": root.digest}


def faults(receipt: object, keys: Iterable[str]) -> list[str]:
    """What is wrong with a receipt, in words; [] where it is genuine. `keys` are those that are trusted."""
    try:
        return list(_faults(receipt, frozenset(keys)))  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError, AttributeError):
        return ["this is no receipt of an access"]


def _faults(receipt: Mapping[str, Any], keys: frozenset[str]) -> Iterable[str]:
    if receipt["format"] != FORMAT:
        yield "this is no receipt of an access"
        return
    told = {name: value for name, value in receipt.items() if name not in ("key", "signature")}
    if receipt["key"] not in keys:
        yield "the key is not one that is trusted"
    if not signed(canonical(told), receipt["signature"], receipt["key"]):
        yield "the signature is not that of the text"
    place, root = receipt["place"], receipt["root"]
    shown = receipt["salt"].encode() + canonical(receipt["view"])
    committed = [hashlib.sha256(shown).hexdigest(), sm3.hexdigest(shown)]
    record = {"id": receipt["view"]["id"], "moment": receipt["view"]["moment"], "view": committed}
    text = canonical(place | record)
    hashes = {"sha256": hashlib.sha256(text).hexdigest(), "sm3": sm3.hexdigest(text)}
    data = canonical({"chain": place["chain"], "seq": place["seq"]} | hashes)
    for name, hash in HASHES.items():
        beside = [bytes.fromhex(each) for each in receipt["proof"][name]]
        found = proven(data, receipt["proof"]["index"], root["size"], beside, hash)
        if found is None or found.hex() != root["roots"][name]:
            yield f"the record is not in the root of {root['day']} ({name})"
